package dev.osiris.host.pipeline;

import java.util.Comparator;
import java.util.List;

/** A pipeline cannot be run as it is: everything that is wrong with it, at once. */
public final class PipelineException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<PipelineProblem> problems;

  /**
   * Sorts by line.
   *
   * @param problems not empty
   */
  public PipelineException(List<PipelineProblem> problems) {
    this.problems =
        problems.stream()
            .distinct()
            .sorted(
                Comparator.comparing((PipelineProblem problem) -> problem.line() == 0)
                    .thenComparing(PipelineProblem::line)
                    .thenComparing(PipelineProblem::column))
            .toList();
  }

  public List<PipelineProblem> problems() {
    return problems;
  }

  /** One problem a line. */
  @Override
  public String getMessage() {
    return String.join("\n", problems.stream().map(PipelineProblem::toString).toList());
  }
}
