package dev.osiris.failure;

import org.jspecify.annotations.Nullable;

/**
 * One failure as a value: what happened, whose it is, and what to do.
 *
 * <p>No part of it may hold a value from a row: messages of engines and servers quote values, so
 * they stay in the sandbox, in the file that {@link Where#rejects} names.
 *
 * @param message one sentence for a person
 * @param advice what to do about it; empty when there is nothing to say
 */
public record Failure(
    FailureCode code, String message, boolean retryable, String advice, Where where) {

  /**
   * Where in the input it happened.
   *
   * @param line 1-based line of a file or of the query
   * @param row 1-based data row of a table
   * @param expected the type or form that was expected
   * @param count how many rows or values are concerned, when known
   * @param rejects path relative to the session directory of the texts that hold values
   */
  public record Where(
      @Nullable String file,
      @Nullable Long line,
      @Nullable Long row,
      @Nullable String column,
      @Nullable String expected,
      @Nullable Long count,
      @Nullable String rejects) {

    public static final Where NOWHERE = new Where(null, null, null, null, null, null, null);
  }

  public static Failure of(FailureCode code, String message) {
    return new Failure(code, message, code.retryable(), "", Where.NOWHERE);
  }

  public Failure advise(String advice) {
    return new Failure(code, message, retryable, advice, where);
  }

  public Failure at(Where where) {
    return new Failure(code, message, retryable, advice, where);
  }

  public Failure inFile(String file) {
    return at(
        new Where(
            file, where.line, where.row, where.column, where.expected, where.count, where.rejects));
  }

  public Failure atLine(long line) {
    return at(
        new Where(
            where.file, line, where.row, where.column, where.expected, where.count, where.rejects));
  }

  public Failure inColumn(String column) {
    return at(
        new Where(
            where.file, where.line, where.row, column, where.expected, where.count, where.rejects));
  }

  public Failure withRejects(String path) {
    return at(
        new Where(
            where.file, where.line, where.row, where.column, where.expected, where.count, path));
  }

  public FailureOwner owner() {
    return code.owner();
  }
}
