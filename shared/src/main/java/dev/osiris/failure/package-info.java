/** What can go wrong, as numbered values with an owner. */
@NullMarked
package dev.osiris.failure;

import org.jspecify.annotations.NullMarked;
