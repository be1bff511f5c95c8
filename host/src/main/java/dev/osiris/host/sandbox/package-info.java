/** Starting the isolated place in which a worker lives. */
@NullMarked
package dev.osiris.host.sandbox;

import org.jspecify.annotations.NullMarked;
