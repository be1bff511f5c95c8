package dev.osiris.wire;

import dev.osiris.component.ConnectionFamily;
import dev.osiris.wire.component.FamilyReader;
import dev.osiris.wire.component.YamlProblem;
import java.util.ArrayList;
import java.util.List;

/**
 * A family of connections as the YAML 1.2 document {@code connections/<family>.yaml}; {@code
 * docs/components.md} gives its form. Pure functions.
 */
public final class FamilyYaml {

  private FamilyYaml() {}

  /**
   * Reads a document.
   *
   * @param source what to call it in messages, such as its file name
   * @throws ComponentYamlException with every problem and its line
   */
  public static ConnectionFamily read(String text, String source) {
    List<YamlProblem> problems = new ArrayList<>();
    ConnectionFamily family = FamilyReader.read(text, problems);
    if (family == null || !problems.isEmpty()) {
      throw ComponentYamlException.invalid(source, problems);
    }
    return family;
  }
}
