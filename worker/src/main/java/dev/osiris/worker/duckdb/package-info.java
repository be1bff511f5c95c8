/**
 * DuckDB, and nobody else imports it: instances with limits, the files of steps, and the gate for a
 * pipeline's SQL.
 */
@NullMarked
package dev.osiris.worker.duckdb;

import org.jspecify.annotations.NullMarked;
