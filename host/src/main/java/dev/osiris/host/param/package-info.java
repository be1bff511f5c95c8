/** Parameters of a pipeline: from their sources into the configurations of its steps. */
@NullMarked
package dev.osiris.host.param;

import org.jspecify.annotations.NullMarked;
