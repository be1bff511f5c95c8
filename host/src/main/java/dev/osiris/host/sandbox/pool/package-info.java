/** Workers that are ready before anybody asks for one. */
@NullMarked
package dev.osiris.host.sandbox.pool;

import org.jspecify.annotations.NullMarked;
