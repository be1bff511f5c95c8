/** The pipeline that a person wrote: from its text to a checked tree of steps. */
@NullMarked
package dev.osiris.host.pipeline;

import org.jspecify.annotations.NullMarked;
