/** A way to the worker's socket for hosts that can only start a program beside it. */
@NullMarked
package dev.osiris.worker.bridge;

import org.jspecify.annotations.NullMarked;
