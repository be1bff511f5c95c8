package dev.osiris.host.connection;

import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionField;
import dev.osiris.component.Suggestion;
import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.host.yaml.YamlProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Holds a family's connections, as they are written, against the fields of the family. */
final class WrittenFields {

  /** What every connection may say of itself. */
  private static final Set<String> OWN = Set.of("default", "description");

  private final ConnectionFamily family;
  private final Consumer<YamlProblem> problems;

  WrittenFields(ConnectionFamily family, Consumer<YamlProblem> problems) {
    this.family = family;
    this.problems = problems;
  }

  /** The entries that are fields of a family. */
  static List<Entry> of(Mapping connection) {
    return connection.entries().stream().filter(entry -> !OWN.contains(entry.key())).toList();
  }

  static boolean isDefault(Mapping connection) {
    return connection
        .entry("default")
        .map(flag -> Boolean.TRUE.equals(flag.value().value()))
        .orElse(false);
  }

  void check(Mapping aliases) {
    MappingReader names = new MappingReader(aliases, problems);
    List<String> defaults = new ArrayList<>();
    for (Entry alias : aliases.entries()) {
      if (!ConnectionRef.isAlias(alias.key())) {
        problem(alias, "the name of a connection has only letters, digits, '_' and '-'");
      }
      Mapping fields = names.map(alias.key()).orElse(Mapping.EMPTY);
      if (new MappingReader(fields, problems).flag("default").orElse(false)) {
        defaults.add(alias.key());
      }
      check(new ConnectionRef(family.name(), alias.key()), fields);
    }
    if (defaults.size() > 1) {
      names.problem(
          aliases.at(),
          "only one connection can be the default, and these are: " + String.join(", ", defaults));
    }
  }

  private void check(ConnectionRef connection, Mapping fields) {
    Map<String, String> spellings = new HashMap<>();
    for (Entry entry : of(fields)) {
      ConnectionField field = family.field(entry.key()).orElse(null);
      if (field == null) {
        problem(entry, about(connection, entry) + " is not known" + suggest(entry.key()));
        continue;
      }
      String earlier = spellings.putIfAbsent(field.name(), entry.key());
      if (earlier != null) {
        problem(entry, about(connection, entry) + " is the same as '" + earlier + "'; keep one");
      }
      if (field.secret() && isLiteral(field, entry)) {
        problem(
            entry,
            about(connection, entry)
                + " is a secret and may not stand in this file; write '"
                + entry.key()
                + ": \"${"
                + variable(connection, field)
                + "}\"' and set that variable, or put it into .env");
      }
    }
  }

  private String suggest(String key) {
    List<String> known =
        family.fields().stream()
            .flatMap(
                field -> Stream.concat(Stream.of(field.name()), field.field().aliases().stream()))
            .toList();
    String near = Suggestion.phrase(key, known);
    return near.isEmpty() ? "; the family " + family.name() + " has " + names() : near;
  }

  private String names() {
    return String.join(
        ", ",
        family.fields().stream()
            .filter(field -> !field.unused())
            .map(ConnectionField::name)
            .toList());
  }

  private static boolean isLiteral(ConnectionField field, Entry entry) {
    if (!(entry.value() instanceof Scalar scalar)) {
      return true;
    }
    if (scalar.value() == null) {
      return false;
    }
    return field.isAddress()
        ? ConnectionAddress.holdsLiteralPassword(scalar.text())
        : !Variables.occurIn(scalar.text());
  }

  private static String variable(ConnectionRef connection, ConnectionField field) {
    String name = connection.family() + "_" + connection.alias() + "_" + field.name();
    return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  /** How messages begin. */
  static String about(ConnectionRef connection, Entry field) {
    return "connection '" + connection + "': field '" + field.key() + "'";
  }

  private void problem(Entry entry, String message) {
    problems.accept(new YamlProblem(entry.at(), message));
  }
}
