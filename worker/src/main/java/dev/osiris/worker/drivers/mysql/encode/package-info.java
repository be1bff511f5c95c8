/**
 * How values of DuckDB are written for MySQL and MariaDB, as texts that the server reads as the
 * same values.
 */
@NullMarked
package dev.osiris.worker.drivers.mysql.encode;

import org.jspecify.annotations.NullMarked;
