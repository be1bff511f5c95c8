/** Rows between Java and DuckDB's own memory, a vector at a time. */
@NullMarked
package dev.osiris.worker.duckdb.vector;

import org.jspecify.annotations.NullMarked;
