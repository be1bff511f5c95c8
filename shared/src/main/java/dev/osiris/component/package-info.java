/** What a driver accepts, as data: the host knows drivers only in this form. */
@NullMarked
package dev.osiris.component;

import org.jspecify.annotations.NullMarked;
