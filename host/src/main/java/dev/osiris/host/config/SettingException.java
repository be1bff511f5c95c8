package dev.osiris.host.config;

import java.util.List;

/** Settings cannot be used as they are: everything that is wrong with them, at once. */
public final class SettingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<SettingProblem> problems;

  /**
   * Keeps the order.
   *
   * @param problems not empty
   */
  public SettingException(List<SettingProblem> problems) {
    this.problems = List.copyOf(problems);
  }

  public List<SettingProblem> problems() {
    return problems;
  }

  /** One problem a line. */
  @Override
  public String getMessage() {
    return String.join("\n", problems.stream().map(SettingProblem::toString).toList());
  }
}
