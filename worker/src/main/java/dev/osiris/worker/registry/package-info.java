/** Which drivers this worker has. */
@NullMarked
package dev.osiris.worker.registry;

import org.jspecify.annotations.NullMarked;
