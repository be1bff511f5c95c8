/** The connections of a project: where they are kept, and what their values are. */
@NullMarked
package dev.osiris.host.connection;

import org.jspecify.annotations.NullMarked;
