/** How one memory limit is split. */
@NullMarked
package dev.osiris.budget;

import org.jspecify.annotations.NullMarked;
