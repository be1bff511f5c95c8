package dev.osiris.host.connection;

import dev.osiris.component.ConnectionFamily;
import dev.osiris.host.config.SettingException;
import dev.osiris.host.config.SettingProblem;
import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlDocument;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlProblem;
import dev.osiris.host.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a project as they are written, no variable filled in. Fields of families that
 * nobody knows are not looked at, so that a file can serve several programs. Immutable.
 */
public final class ConnectionsFile {

  /** The family whose connections are folders. */
  public static final String FILESYSTEM = "filesystem";

  private final @Nullable Path file;
  private final Map<String, ConnectionFamily> known;
  private final Map<String, Mapping> families;
  private final Variables variables;

  private ConnectionsFile(
      @Nullable Path file,
      Map<String, ConnectionFamily> known,
      Map<String, Mapping> families,
      Variables variables) {
    this.file = file;
    this.known = Map.copyOf(known);
    this.families = families;
    this.variables = variables;
  }

  /** A project without connections. */
  public static ConnectionsFile none() {
    return new ConnectionsFile(null, Map.of(), Map.of(), new Variables(Map.of()));
  }

  /**
   * Reads the file. Finds unknown fields and secrets that stand in it; whether a connection is
   * complete is found when it is used.
   *
   * @throws SettingException with all problems
   */
  public static ConnectionsFile read(
      Path file, Map<String, ConnectionFamily> known, Variables variables) {
    List<SettingProblem> problems = new ArrayList<>();
    YamlDocument document = YamlReader.read(file);
    document.problems().forEach(problem -> problems.add(problem(file, problem)));
    Map<String, Mapping> families = new LinkedHashMap<>();
    if (document.root() instanceof Mapping root) {
      MappingReader keys = new MappingReader(root, p -> problems.add(problem(file, p)));
      keys.refuseUnknown(Set.of("version", "connections"));
      keys.integer("version", 1, 1);
      Mapping connections = keys.map("connections").orElse(Mapping.EMPTY);
      MappingReader names = new MappingReader(connections, p -> problems.add(problem(file, p)));
      for (Entry family : connections.entries()) {
        names.map(family.key()).ifPresent(aliases -> families.put(family.key(), aliases));
      }
      families.forEach((name, aliases) -> {
        ConnectionFamily family = known.get(name);
        if (family != null) {
          new WrittenFields(family, p -> problems.add(problem(file, p))).check(aliases);
        }
      });
    } else if (document.root() != null) {
      problems.add(new SettingProblem(file.toString(), Position.START, "must be a map"));
    }
    if (!problems.isEmpty()) {
      throw new SettingException(problems);
    }
    return new ConnectionsFile(file.toAbsolutePath(), known, families, variables);
  }

  /** The file; {@code null} for none. */
  public @Nullable Path path() {
    return file;
  }

  /** Every connection, in the order of the file; also those of families that nobody knows. */
  public List<ConnectionRef> all() {
    List<ConnectionRef> all = new ArrayList<>();
    families.forEach((family, aliases) ->
        aliases.entries().forEach(alias -> all.add(new ConnectionRef(family, alias.key()))));
    return all;
  }

  /** The description of a family; empty when nobody knows it. */
  public Optional<ConnectionFamily> family(String name) {
    return Optional.ofNullable(known.get(name));
  }

  /** The names of a family's connections, in the order of the file. */
  public List<String> aliases(String family) {
    return families.getOrDefault(family, Mapping.EMPTY).entries().stream().map(Entry::key).toList();
  }

  /** The connection that a step of the family takes when it names none. */
  public Optional<String> defaultAlias(String family) {
    List<Entry> entries = families.getOrDefault(family, Mapping.EMPTY).entries();
    return entries.stream()
        .filter(alias -> WrittenFields.isDefault(fields(alias)))
        .map(Entry::key)
        .findFirst()
        .or(() -> entries.stream().map(Entry::key).filter("default"::equals).findFirst());
  }

  /** What {@code ${VAR}} in this file stands for. */
  Variables variables() {
    return variables;
  }

  /** A connection as it is written; empty when there is none of that name. */
  Optional<Entry> find(ConnectionRef connection) {
    return families.getOrDefault(connection.family(), Mapping.EMPTY).entry(connection.alias());
  }

  /** The fields of a connection as they are written; none when there is none of that name. */
  Mapping fields(ConnectionRef connection) {
    return find(connection).map(ConnectionsFile::fields).orElse(Mapping.EMPTY);
  }

  static Mapping fields(Entry connection) {
    return connection.value() instanceof Mapping fields ? fields : Mapping.EMPTY;
  }

  private static SettingProblem problem(Path file, YamlProblem problem) {
    return new SettingProblem(file.toString(), problem.at(), problem.message());
  }
}
