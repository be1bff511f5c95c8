/**
 * Values of DuckDB in the binary forms that PostgreSQL reads (its {@code typreceive} functions).
 */
@NullMarked
package dev.osiris.worker.drivers.postgres.encode;

import org.jspecify.annotations.NullMarked;
