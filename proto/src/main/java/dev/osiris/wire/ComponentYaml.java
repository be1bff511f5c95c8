package dev.osiris.wire;

import dev.osiris.component.ComponentSpec;
import dev.osiris.wire.component.ComponentReader;
import dev.osiris.wire.component.ComponentWriter;
import dev.osiris.wire.component.YamlProblem;
import java.util.ArrayList;
import java.util.List;

/**
 * A component's description as the YAML 1.2 document {@code components/<name>.yaml}; {@code
 * docs/components.md} gives its form. Pure functions.
 */
public final class ComponentYaml {

  private ComponentYaml() {}

  /**
   * Reads a document.
   *
   * @param source what to call it in messages, such as its file name
   * @throws ComponentYamlException with every problem and its line
   */
  public static ComponentSpec read(String text, String source) {
    List<YamlProblem> problems = new ArrayList<>();
    ComponentSpec spec = ComponentReader.read(text, problems);
    if (spec == null || !problems.isEmpty()) {
      throw ComponentYamlException.invalid(source, problems);
    }
    return spec;
  }

  /** A document that {@link #read} reads back to an equal value. The same value, the same text. */
  public static String write(ComponentSpec spec) {
    return ComponentWriter.write(spec);
  }
}
