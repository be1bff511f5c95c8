/** The nouns of one step: what it is asked to do, and how it ended. */
@NullMarked
package dev.osiris.step;

import org.jspecify.annotations.NullMarked;
