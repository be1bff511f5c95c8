/** How a worker was started. */
@NullMarked
package dev.osiris.worker.config;

import org.jspecify.annotations.NullMarked;
