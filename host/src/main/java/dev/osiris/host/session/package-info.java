/** One session of one worker, over the wire: the only package of the host that sees wire types. */
@NullMarked
package dev.osiris.host.session;

import org.jspecify.annotations.NullMarked;
