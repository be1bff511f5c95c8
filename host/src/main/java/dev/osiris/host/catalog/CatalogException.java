package dev.osiris.host.catalog;

import java.util.List;

/** Components cannot be read: everything that is wrong with them, at once. */
public final class CatalogException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * Keeps the order.
   *
   * @param problems sentences that name their source; not empty
   */
  public CatalogException(List<String> problems) {
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }

  /** One problem a line. */
  @Override
  public String getMessage() {
    return String.join("\n", problems);
  }
}
