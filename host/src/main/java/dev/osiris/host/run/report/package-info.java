/** How a run and its steps ended, as values and as JSON. */
@NullMarked
package dev.osiris.host.run.report;

import org.jspecify.annotations.NullMarked;
