package dev.osiris.worker.drivers.postgres;

/**
 * Some of the rows that a step reads.
 *
 * @param condition in the server's SQL; empty for all rows
 * @param where for people, after "row 3": which rows are counted, without values of them
 */
record Part(String condition, String where) {

  static final Part WHOLE = new Part("", "");
}
