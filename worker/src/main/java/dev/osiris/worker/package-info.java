/** The process in the sandbox: wiring only. */
@NullMarked
package dev.osiris.worker;

import org.jspecify.annotations.NullMarked;
