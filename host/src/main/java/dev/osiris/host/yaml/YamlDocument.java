package dev.osiris.host.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link YamlReader} made of a text.
 *
 * @param root {@code null} when the text is empty or breaks the syntax
 * @param problems in the order of the text; not empty when {@code root} is {@code null}
 */
public record YamlDocument(@Nullable YamlNode root, List<YamlProblem> problems) {

  public YamlDocument {
    problems = List.copyOf(problems);
  }
}
