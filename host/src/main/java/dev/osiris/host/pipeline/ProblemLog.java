package dev.osiris.host.pipeline;

import dev.osiris.component.Suggestion;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlProblem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects the problems of one file. Not safe between threads. */
public final class ProblemLog {

  /** Finding what was meant costs a comparison with every candidate. */
  private static final int MAX_SUGGESTIONS = 50;

  private final String source;
  private final List<PipelineProblem> problems = new ArrayList<>();

  public ProblemLog(String source) {
    this.source = source;
  }

  public void add(Position at, @Nullable String step, String message) {
    problems.add(new PipelineProblem(source, at, step, message));
  }

  public void add(PipelineProblem problem) {
    problems.add(problem);
  }

  /** A receiver for the problems of one part of the file. */
  public Consumer<YamlProblem> of(@Nullable String step) {
    return problem -> add(problem.at(), step, problem.message());
  }

  /** As {@link Suggestion#phrase}, for the first problems only. */
  public String suggest(String word, Collection<String> candidates) {
    return problems.size() < MAX_SUGGESTIONS ? Suggestion.phrase(word, candidates) : "";
  }

  /**
   * Ends the collection.
   *
   * @throws PipelineException when there are problems
   */
  public void throwIfAny() {
    throwIfAny(null);
  }

  /** The same, for a pipeline that could be read in part. */
  void throwIfAny(@Nullable Pipeline partial) {
    if (!problems.isEmpty()) {
      throw new PipelineException(problems, partial);
    }
  }

  /** What was found so far. */
  public List<PipelineProblem> all() {
    return List.copyOf(problems);
  }
}
