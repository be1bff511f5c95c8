package dev.osiris.wire.component;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one YAML 1.2 document (core schema) that nobody vouches for: its size, depth, aliases and
 * expansion are bounded, duplicate keys and foreign tags are problems.
 */
final class YamlReader {

  static final int MAX_CHARACTERS = 256 * 1024;

  private static final int MAX_ALIASES = 100;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NODES = 20_000;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setCodePointLimit(MAX_CHARACTERS)
          .setMaxAliasesForCollections(MAX_ALIASES)
          // Both are reported here, with their lines.
          .setAllowDuplicateKeys(true)
          .setAllowNonScalarKeys(true)
          .build();

  private final List<YamlProblem> problems;
  private int nodes;

  private YamlReader(List<YamlProblem> problems) {
    this.problems = problems;
  }

  /**
   * Reads a document and appends to {@code problems} whatever is wrong with it as YAML.
   *
   * @return {@code null} when there is no document to go on with
   */
  static @Nullable Yaml read(String text, List<YamlProblem> problems) {
    if (text.length() > MAX_CHARACTERS) {
      problems.add(
          new YamlProblem(1, "the document is longer than " + MAX_CHARACTERS + " characters"));
      return null;
    }
    try {
      Optional<Node> root =
          new Composer(
                  SETTINGS,
                  new BoundedParser(
                      SETTINGS,
                      text,
                      MAX_DEPTH,
                      MAX_ALIASES,
                      (at, problem) -> new TooLarge(line(at.getStartMark()), problem)))
              .getSingleNode();
      if (root.isEmpty()) {
        problems.add(new YamlProblem(1, "the document is empty"));
        return null;
      }
      return new YamlReader(problems).convert(root.get(), 0);
    } catch (MarkedYamlEngineException refused) {
      int line = refused.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      problems.add(new YamlProblem(line, "is not YAML: " + oneLine(refused.getProblem())));
      return null;
    } catch (YamlEngineException refused) {
      problems.add(new YamlProblem(1, "is not YAML: " + oneLine(refused.getMessage())));
      return null;
    } catch (TooLarge refused) {
      problems.add(refused.problem);
      return null;
    }
  }

  private Yaml convert(Node node, int depth) {
    int line = line(node.getStartMark());
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new TooLarge(line, "has too many values once its aliases are followed");
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar, line);
      case SequenceNode sequence -> {
        List<Yaml> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(convert(item, depth + 1));
        }
        yield new Yaml.Sequence(line, items);
      }
      case MappingNode mapping -> mapping(mapping, line, depth);
      default -> throw new TooLarge(line, "holds something that is no value");
    };
  }

  private Yaml mapping(MappingNode mapping, int line, int depth) {
    Map<String, Yaml.Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      int keyLine = line(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(new YamlProblem(keyLine, "a key must be a text"));
        continue;
      }
      Yaml.Entry entry = new Yaml.Entry(keyLine, convert(tuple.getValueNode(), depth + 1));
      Yaml.Entry earlier = entries.putIfAbsent(key.getValue(), entry);
      if (earlier != null) {
        problems.add(
            new YamlProblem(
                keyLine,
                "key '" + key.getValue() + "' is already given on line " + earlier.line()));
      }
    }
    return new Yaml.Mapping(line, entries);
  }

  private Yaml scalar(ScalarNode node, int line) {
    String text = node.getValue();
    Object value = text;
    try {
      if (node.getTag().equals(Tag.NULL)) {
        value = null;
      } else if (node.getTag().equals(Tag.BOOL)) {
        value = Boolean.parseBoolean(text.toLowerCase(Locale.ROOT));
      } else if (node.getTag().equals(Tag.INT)) {
        value = integer(text);
      } else if (node.getTag().equals(Tag.FLOAT)) {
        value = number(text);
      } else if (!node.getTag().equals(Tag.STR)) {
        problems.add(new YamlProblem(line, "tag " + node.getTag() + " is not accepted"));
      }
    } catch (NumberFormatException refused) {
      problems.add(new YamlProblem(line, "'" + text + "' is not a number of at most 64 bits"));
    }
    return new Yaml.Scalar(line, value, text);
  }

  private static Long integer(String text) {
    if (text.startsWith("0o")) {
      return Long.valueOf(text.substring(2), 8);
    }
    return text.startsWith("0x") ? Long.valueOf(text.substring(2), 16) : Long.valueOf(text);
  }

  private static Double number(String text) {
    Double value = Double.valueOf(text);
    if (!Double.isFinite(value)) {
      throw new NumberFormatException("infinite");
    }
    return value;
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0) + 1;
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "unreadable" : text.replaceAll("\\s+", " ").strip();
  }

  /** Ends the conversion: what follows would only cost memory. */
  private static final class TooLarge extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient YamlProblem problem;

    TooLarge(int line, String message) {
      super(message);
      this.problem = new YamlProblem(line, message);
    }
  }
}
