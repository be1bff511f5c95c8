package dev.osiris.worker.database;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a kind of server quotes names, so that no name can be anything else. */
public enum Quoting {
  /** Standard SQL: {@code "name"}. */
  DOUBLE_QUOTES('"'),
  /** MySQL and MariaDB. */
  BACKTICKS('`');

  private final String mark;

  Quoting(char mark) {
    this.mark = String.valueOf(mark);
  }

  /**
   * A quoted identifier.
   *
   * @throws StepException {@code CONFIG_INVALID} for what no server takes as a name
   */
  public String name(String identifier) {
    if (identifier.isEmpty() || identifier.indexOf('\0') >= 0) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "a name of a table, schema or column is neither empty nor holds a NUL character");
    }
    return mark + identifier.replace(mark, mark + mark) + mark;
  }

  /** A name with what it is in; absent parts are empty texts. */
  public String path(String... parts) {
    return Stream.of(parts)
        .filter(part -> !part.isEmpty())
        .map(this::name)
        .collect(Collectors.joining("."));
  }
}
