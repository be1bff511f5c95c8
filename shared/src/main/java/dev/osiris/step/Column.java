package dev.osiris.step;

/**
 * A column of a published table.
 *
 * @param type DuckDB's own name of the type, such as {@code DECIMAL(18,3)} or {@code STRUCT(a
 *     INTEGER)}
 */
public record Column(String name, String type, boolean nullable) {}
