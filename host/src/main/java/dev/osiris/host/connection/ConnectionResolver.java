package dev.osiris.host.connection;

import dev.osiris.component.ConfigProblem;
import dev.osiris.component.ConfigValidator;
import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionField;
import dev.osiris.host.config.SettingException;
import dev.osiris.host.config.SettingProblem;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.unit.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a connection as it is written the one that a driver gets: variables filled in, addresses
 * taken apart, files read, defaults added, all under the names of the family's fields. The result
 * holds the secrets; it goes into the command of one step and nowhere else.
 */
public final class ConnectionResolver {

  private final ConnectionsFile file;

  public ConnectionResolver(ConnectionsFile file) {
    this.file = file;
  }

  /**
   * Resolves a connection that is in the file and of a family that is known.
   *
   * @param overrides fields that a step sets, by name; they are valid
   * @throws SettingException with all that is wrong, none of it showing a value
   */
  public ConnectionSpec resolve(ConnectionRef connection, Map<String, Object> overrides) {
    Entry written = file.find(connection).orElseThrow();
    ConnectionFamily family = file.family(connection.family()).orElseThrow();
    return new Resolving(connection, family, written).resolve(overrides);
  }

  /**
   * The folder of a {@code filesystem} connection; relative ones stand below the file's folder.
   *
   * @throws SettingException with all that is wrong
   */
  public Path baseDir(ConnectionRef connection) {
    String text = Objects.requireNonNull(resolve(connection, Map.of()).fields().get("base_dir"));
    return Objects.requireNonNull(file.path()).resolveSibling(text).normalize();
  }

  /** One call of {@link #resolve}. */
  private final class Resolving {

    private final ConnectionRef connection;
    private final ConnectionFamily family;
    private final Entry written;
    private final List<SettingProblem> problems = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** Where the fields are written, also those that could not be read. */
    private final Map<String, Entry> places = new HashMap<>();

    /** Whether fields are missing only because something else is wrong. */
    private boolean cutShort;

    Resolving(ConnectionRef connection, ConnectionFamily family, Entry written) {
      this.connection = connection;
      this.family = family;
      this.written = written;
    }

    ConnectionSpec resolve(Map<String, Object> overrides) {
      FieldValues reader = new FieldValues(file.variables(), Objects.requireNonNull(file.path()));
      for (Entry entry : WrittenFields.of(ConnectionsFile.fields(written))) {
        ConnectionField field = family.field(entry.key()).orElseThrow();
        if (!field.unused()) {
          read(reader, field, entry);
        }
      }
      values.putAll(overrides);
      requireOne();
      family.fields().stream().filter(ConnectionField::isAddress).forEach(this::takeApart);
      family.fields().stream()
          .filter(field -> !field.contentTo().isEmpty())
          .forEach(field -> readFile(reader, field));
      family.fields().forEach(this::defaultWith);
      validate();
      if (!problems.isEmpty()) {
        throw new SettingException(problems);
      }
      return spec(ConfigValidator.withDefaults(family.spec(), new LinkedHashMap<>(values)));
    }

    private void read(FieldValues reader, ConnectionField field, Entry entry) {
      try {
        reader
            .read(field.field(), entry.value())
            .ifPresent(value -> {
              values.put(field.name(), value);
              places.put(field.name(), entry);
            });
      } catch (IllegalArgumentException refused) {
        places.put(field.name(), entry);
        problem(entry, refused);
      }
    }

    private void requireOne() {
      for (List<String> group : family.exactlyOneOf()) {
        List<String> given = group.stream().filter(places::containsKey).toList();
        cutShort |= given.size() != 1;
        if (given.isEmpty()) {
          problem(
              written.at(),
              "has no " + quoted(group, " and no ", name -> name) + ". " + family.advice());
        } else if (given.size() > 1) {
          problem(
              written.at(),
              "has "
                  + quoted(given, " and ", name -> entry(name).key())
                  + ", which exclude each other; give only one");
        }
      }
    }

    private String quoted(List<String> names, String and, Function<String, String> spelling) {
      return names.stream()
          .map(name -> "'" + spelling.apply(name) + "'")
          .collect(Collectors.joining(and));
    }

    private void takeApart(ConnectionField field) {
      Object address = values.remove(field.name());
      if (address == null) {
        cutShort |= places.containsKey(field.name());
        return;
      }
      Entry entry = entry(field.name());
      Map<String, String> parts;
      try {
        if (entry.value() instanceof Scalar scalar) {
          ConnectionAddress.checkVariables(scalar.text(), file.variables());
        }
        parts = ConnectionAddress.parse(address.toString(), field.schemes(), family);
      } catch (IllegalArgumentException refused) {
        cutShort = true;
        problem(entry, refused);
        return;
      }
      parts.forEach((name, text) -> {
        if (places.containsKey(name)) {
          problem(
              entry(name).at(),
              "'" + entry(name).key() + "' is also in '" + entry.key() + "'; keep one of them");
        } else {
          // What a step sets wins over the address, as over any other field.
          values.putIfAbsent(
              name, FieldValues.typed(family.field(name).orElseThrow().field(), text));
          places.put(name, entry);
        }
      });
    }

    private void readFile(FieldValues reader, ConnectionField field) {
      Object path = values.remove(field.name());
      if (path == null) {
        return;
      }
      Entry entry = entry(field.name());
      if (values.containsKey(field.contentTo())) {
        problem(entry.at(), "has '" + entry.key() + "' and '" + field.contentTo() + "'; keep one");
        return;
      }
      try {
        values.put(field.contentTo(), reader.content(path.toString()));
        places.put(field.contentTo(), entry);
      } catch (IllegalArgumentException refused) {
        problem(entry, refused);
      }
    }

    private void defaultWith(ConnectionField field) {
      field
          .defaultWith()
          .forEach((other, value) -> {
            if (values.containsKey(other)) {
              values.putIfAbsent(field.name(), value);
            }
          });
    }

    private void validate() {
      for (ConfigProblem found :
          ConfigValidator.problems(family.spec(), new LinkedHashMap<>(values))) {
        String name = found.key().split("[.\\[]", 2)[0];
        boolean there = values.containsKey(name);
        // What was written and could not be read is reported already.
        if (there || !places.containsKey(name) && !cutShort) {
          problem(
              (there ? entry(name) : written).at(),
              "field '" + found.key() + "' " + found.message());
        }
      }
    }

    private ConnectionSpec spec(Map<String, @Nullable Object> complete) {
      Map<String, String> fields = new LinkedHashMap<>();
      Map<String, Secret> secrets = new LinkedHashMap<>();
      for (ConnectionField field : family.fields()) {
        Object value = complete.get(field.name());
        if (value != null && field.secret()) {
          secrets.put(field.name(), Secret.of(value.toString()));
        } else if (value != null) {
          FieldValues.put(fields, field.field(), value);
        }
      }
      return new ConnectionSpec(connection.family(), connection.alias(), fields, secrets);
    }

    private Entry entry(String field) {
      return places.getOrDefault(field, written);
    }

    private void problem(Entry entry, IllegalArgumentException refused) {
      problem(entry.at(), "field '" + entry.key() + "' " + refused.getMessage());
    }

    private void problem(Position at, String message) {
      problems.add(
          new SettingProblem(
              String.valueOf(file.path()), at, "connection '" + connection + "': " + message));
    }
  }
}
