package dev.osiris.host.pipeline;

import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.host.yaml.YamlProblem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code params} and {@code profiles}. */
final class ParamsParser {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Set<String> KEYS =
      Set.of("default", "type", "enum", "required", "description");

  private final Consumer<YamlProblem> problems;

  ParamsParser(ProblemLog problems) {
    this.problems = problems.of(null);
  }

  Map<String, ParamDeclaration> declarations(Mapping params) {
    Map<String, ParamDeclaration> declarations = new LinkedHashMap<>();
    for (Entry entry : params.entries()) {
      if (!NAME.matcher(entry.key()).matches()) {
        problem(
            entry,
            "parameter '"
                + entry.key()
                + "' must be letters, digits, '_' or '-', and begin with a"
                + " letter or '_'");
      }
      declarations.put(entry.key(), declaration(entry));
    }
    return declarations;
  }

  Map<String, Map<String, YamlNode>> profiles(Mapping profiles) {
    Map<String, Map<String, YamlNode>> values = new LinkedHashMap<>();
    for (Entry entry : profiles.entries()) {
      Map<String, YamlNode> params = new LinkedHashMap<>();
      if (entry.value() instanceof Mapping profile) {
        MappingReader keys = new MappingReader(profile, problems);
        keys.refuseUnknown(Set.of("params", "description"));
        keys.map("params")
            .ifPresent(map -> map.entries().forEach(p -> params.put(p.key(), p.value())));
      } else if (!(entry.value() instanceof Scalar scalar && scalar.value() == null)) {
        problem(entry, "profile '" + entry.key() + "' must be a map with the key params");
      }
      values.put(entry.key(), params);
    }
    return values;
  }

  private ParamDeclaration declaration(Entry entry) {
    if (!(entry.value() instanceof Mapping declared)) {
      return new ParamDeclaration(entry.key(), entry.at(), present(entry.value()), null, List.of());
    }
    MappingReader keys = new MappingReader(declared, problems);
    keys.refuseUnknown(KEYS);
    keys.flag("required");
    YamlNode value = keys.entry("default").map(Entry::value).orElse(null);
    ParamDeclaration.Type type = type(entry, keys);
    List<String> allowed =
        keys.scalars("enum")
            .map(words -> words.stream().map(Scalar::text).toList())
            .orElse(List.of());
    checkDefault(entry, value, type, allowed);
    return new ParamDeclaration(entry.key(), entry.at(), value, type, allowed);
  }

  private void checkDefault(
      Entry entry,
      @Nullable YamlNode value,
      ParamDeclaration.@Nullable Type type,
      List<String> allowed) {
    if (value == null) {
      return;
    }
    if (type != null && !ParamDeclaration.Type.of(value).map(type::accepts).orElse(true)) {
      problem(
          entry,
          "the default of parameter '"
              + entry.key()
              + "' must be "
              + type.description()
              + ", and is "
              + value.kind());
    }
    if (!allowed.isEmpty()
        && !(value instanceof Scalar scalar && allowed.contains(scalar.text()))) {
      problem(
          entry,
          "the default of parameter '"
              + entry.key()
              + "' must be one of "
              + String.join(", ", allowed));
    }
  }

  private ParamDeclaration.@Nullable Type type(Entry entry, MappingReader keys) {
    String word = keys.text("type").orElse(null);
    ParamDeclaration.Type type = word == null ? null : ParamDeclaration.Type.of(word).orElse(null);
    if (word != null && type == null) {
      problem(
          keys.entry("type").orElse(entry),
          "'type' must be one of string, integer, number, boolean, list, map");
    }
    return type;
  }

  private void problem(Entry entry, String message) {
    problems.accept(new YamlProblem(entry.at(), message));
  }

  private static @Nullable YamlNode present(YamlNode value) {
    return value instanceof Scalar scalar && scalar.value() == null ? null : value;
  }
}
