/** The commands that look at the connections of a project. */
@NullMarked
package dev.osiris.host.cli.connections;

import org.jspecify.annotations.NullMarked;
