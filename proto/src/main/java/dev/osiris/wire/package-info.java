/**
 * The wire: domain values to and from the generated messages of {@code osiris.proxy.v1}, and the
 * text forms that travel or are kept with them. Nothing here decides anything; whatever comes in is
 * checked before it becomes a domain value.
 */
@NullMarked
package dev.osiris.wire;

import org.jspecify.annotations.NullMarked;
