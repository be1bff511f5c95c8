/** Drives a plan through a session and says how it went. */
@NullMarked
package dev.osiris.host.run;

import org.jspecify.annotations.NullMarked;
