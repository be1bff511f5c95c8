/** Sandboxes that somebody else has started: a worker at an address. */
@NullMarked
package dev.osiris.host.sandbox.remote;

import org.jspecify.annotations.NullMarked;
