/** A worker as a child JVM of this machine. */
@NullMarked
package dev.osiris.host.sandbox.process;

import org.jspecify.annotations.NullMarked;
