package dev.osiris.wire;

import dev.osiris.wire.component.YamlProblem;
import java.util.List;
import java.util.stream.Collectors;

/** A component's description that cannot be used; all that is wrong with it, by line. */
public final class ComponentYamlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String source;
  private final transient List<YamlProblem> problems;

  private ComponentYamlException(String source, List<YamlProblem> problems) {
    super(
        problems.stream()
            .map(problem -> source + ":" + problem.line() + ": " + problem.message())
            .collect(Collectors.joining("\n")));
    this.source = source;
    this.problems = List.copyOf(problems);
  }

  static ComponentYamlException invalid(String source, List<YamlProblem> problems) {
    return new ComponentYamlException(source, problems);
  }

  /** The document's name, as the caller gave it. */
  public String source() {
    return source;
  }

  /** At least one. */
  public List<YamlProblem> problems() {
    return problems;
  }
}
