/** Values with a unit or a promise: sizes, durations, secrets. */
@NullMarked
package dev.osiris.unit;

import org.jspecify.annotations.NullMarked;
