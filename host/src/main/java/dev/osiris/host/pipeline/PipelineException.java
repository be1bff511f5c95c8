package dev.osiris.host.pipeline;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pipeline cannot be run as it is: everything that is wrong with it, at once. */
public final class PipelineException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<PipelineProblem> problems;
  private final transient @Nullable Pipeline partial;

  /**
   * Sorts by line.
   *
   * @param problems not empty
   */
  public PipelineException(List<PipelineProblem> problems) {
    this(problems, null);
  }

  /**
   * Sorts by line.
   *
   * @param partial what could be read of the pipeline in spite of its problems
   */
  PipelineException(List<PipelineProblem> problems, @Nullable Pipeline partial) {
    this.partial = partial;
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

  /** What could be read, so that the rest of it can be checked too; never to be run. */
  public Optional<Pipeline> partial() {
    return Optional.ofNullable(partial);
  }

  /** One problem a line. */
  @Override
  public String getMessage() {
    return String.join("\n", problems.stream().map(PipelineProblem::toString).toList());
  }
}
