/** Running one step: context for the driver, and one decorator a concern. */
@NullMarked
package dev.osiris.worker.step;

import org.jspecify.annotations.NullMarked;
