/** What the components say that look at a server and read no table of it: discover and doctor. */
@NullMarked
package dev.osiris.worker.database.inspect;

import org.jspecify.annotations.NullMarked;
