/** Rows of a server on their way into DuckDB. */
@NullMarked
package dev.osiris.worker.drivers.mysql.read;

import org.jspecify.annotations.NullMarked;
