/** The host: plans pipelines and drives workers. */
@NullMarked
package dev.osiris.host;

import org.jspecify.annotations.NullMarked;
