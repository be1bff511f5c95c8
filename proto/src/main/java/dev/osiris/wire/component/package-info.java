/** A component's description as a YAML document, read with the line of everything that is wrong. */
@NullMarked
package dev.osiris.wire.component;

import org.jspecify.annotations.NullMarked;
