/** What holds and tells this process: memory limit, standard streams, signals, native library. */
@NullMarked
package dev.osiris.worker.sandbox;

import org.jspecify.annotations.NullMarked;
