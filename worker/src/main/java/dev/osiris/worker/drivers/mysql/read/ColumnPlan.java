package dev.osiris.worker.drivers.mysql.read;

import dev.osiris.step.Column;

/**
 * How a column of a result comes into DuckDB.
 *
 * @param column name and type in DuckDB
 * @param form as which its values come, of {@link Form}
 * @param digits of a DECIMAL behind the point; of a BIT its bits
 */
public record ColumnPlan(Column column, Form form, int digits) {

  /** As which the values of a column come in the binary protocol, and what is made of them. */
  public enum Form {
    INT8,
    UINT8,
    BOOLEAN,
    INT16,
    UINT16,
    INT32,
    UINT32,
    INT64,
    FLOAT,
    DOUBLE,
    /** Digits as a text, at most 18 of them. */
    DECIMAL64,
    /** Digits as a text, at most 38 of them. */
    DECIMAL128,
    /** Digits as a text, to be a floating-point number. */
    DECIMAL_AS_DOUBLE,
    DATE,
    /** Microseconds since 1970-01-01. */
    TIMESTAMP,
    /** Hours, minutes and seconds, to be the text of an INTERVAL. */
    TIME,
    /** Whole bytes, to be a text of 0 and 1. */
    BIT,
    /** UTF-8 or bytes. */
    BYTES,
    /** A reference system and well-known bytes. */
    WKB,
    WKT
  }
}
