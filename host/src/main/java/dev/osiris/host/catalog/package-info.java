/** The components that the host knows, as data. */
@NullMarked
package dev.osiris.host.catalog;

import org.jspecify.annotations.NullMarked;
