/** A worker in a hardened container. */
@NullMarked
package dev.osiris.host.sandbox.docker;

import org.jspecify.annotations.NullMarked;
