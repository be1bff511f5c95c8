/** From an authored pipeline to an ordered plan and its canonical manifest. */
@NullMarked
package dev.osiris.host.plan;

import org.jspecify.annotations.NullMarked;
