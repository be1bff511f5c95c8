package dev.osiris.host.config;

import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlDocument;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlProblem;
import dev.osiris.host.yaml.YamlReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a project. Of the family {@code filesystem} the fields are read; of the others
 * only the names are known, and no field of them is looked at. Immutable.
 */
public final class ConnectionsFile {

  /** The family whose connections are folders. */
  public static final String FILESYSTEM = "filesystem";

  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private final @Nullable Path file;
  private final Map<String, String> environment;
  private final Map<String, Mapping> families;

  private ConnectionsFile(
      @Nullable Path file, Map<String, String> environment, Map<String, Mapping> families) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.families = families;
  }

  /** A project without connections. */
  public static ConnectionsFile none() {
    return new ConnectionsFile(null, Map.of(), Map.of());
  }

  /**
   * Reads the file.
   *
   * @param environment for {@code ${VAR}}
   * @throws SettingException with all problems
   */
  public static ConnectionsFile read(Path file, Map<String, String> environment) {
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
      checkFolders(file, families.getOrDefault(FILESYSTEM, Mapping.EMPTY), problems);
    } else if (document.root() != null) {
      problems.add(new SettingProblem(file.toString(), Position.START, "must be a map"));
    }
    if (!problems.isEmpty()) {
      throw new SettingException(problems);
    }
    return new ConnectionsFile(file, environment, families);
  }

  private static void checkFolders(Path file, Mapping aliases, List<SettingProblem> problems) {
    MappingReader names = new MappingReader(aliases, p -> problems.add(problem(file, p)));
    List<String> defaults = new ArrayList<>();
    for (Entry alias : aliases.entries()) {
      Mapping fields = names.map(alias.key()).orElse(Mapping.EMPTY);
      MappingReader keys = new MappingReader(fields, p -> problems.add(problem(file, p)));
      keys.refuseUnknown(Set.of("base_dir", "default", "description"));
      if (keys.text("base_dir").isEmpty()) {
        names.problem(alias.at(), "connection '@filesystem." + alias.key() + "' has no 'base_dir'");
      }
      if (keys.flag("default").orElse(false)) {
        defaults.add(alias.key());
      }
    }
    if (defaults.size() > 1) {
      names.problem(
          aliases.at(),
          "only one connection can be the default, and these are: " + String.join(", ", defaults));
    }
  }

  /** The file; {@code null} for none. */
  public @Nullable Path path() {
    return file;
  }

  /** The names of a family's connections, in the order of the file. */
  public List<String> aliases(String family) {
    return families.getOrDefault(family, Mapping.EMPTY).entries().stream().map(Entry::key).toList();
  }

  /** The connection that a step of the family takes when it names none. */
  public Optional<String> defaultAlias(String family) {
    List<Entry> entries = families.getOrDefault(family, Mapping.EMPTY).entries();
    return entries.stream()
        .filter(alias -> fields(alias).entry("default").map(d -> isTrue(d)).orElse(false))
        .map(Entry::key)
        .findFirst()
        .or(() -> entries.stream().map(Entry::key).filter("default"::equals).findFirst());
  }

  /**
   * The folder of a {@code filesystem} connection; relative ones stand below the file's folder.
   *
   * @throws SettingException when a variable in it has no value, or it is not a path
   * @throws IllegalArgumentException when there is no such connection
   */
  public Path baseDir(String alias) {
    Entry connection =
        families
            .getOrDefault(FILESYSTEM, Mapping.EMPTY)
            .entry(alias)
            .orElseThrow(() -> new IllegalArgumentException("no connection '" + alias + "'"));
    Entry field = fields(connection).entry("base_dir").orElseThrow();
    Path self = Objects.requireNonNull(file).toAbsolutePath();
    try {
      String text = new MappingReader(fields(connection), _ -> {}).text("base_dir").orElseThrow();
      return self.resolveSibling(expand(text, field.at())).normalize();
    } catch (InvalidPathException invalid) {
      throw refused(field.at(), "'base_dir' is not a path");
    }
  }

  private String expand(String text, Position at) {
    Matcher matcher = VARIABLE.matcher(text);
    StringBuilder expanded = new StringBuilder();
    while (matcher.find()) {
      String value = environment.getOrDefault(matcher.group(1), "");
      if (value.isEmpty()) {
        value = matcher.group(2);
      }
      if (value == null) {
        throw refused(
            at,
            "the environment variable "
                + matcher.group(1)
                + " is not set; set it, or write '${"
                + matcher.group(1)
                + ":-fallback}'");
      }
      matcher.appendReplacement(expanded, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(expanded).toString();
  }

  private SettingException refused(Position at, String message) {
    return new SettingException(List.of(new SettingProblem(String.valueOf(file), at, message)));
  }

  private static Mapping fields(Entry connection) {
    return connection.value() instanceof Mapping fields ? fields : Mapping.EMPTY;
  }

  private static boolean isTrue(Entry entry) {
    return Boolean.TRUE.equals(entry.value().value());
  }

  private static SettingProblem problem(Path file, YamlProblem problem) {
    return new SettingProblem(file.toString(), problem.at(), problem.message());
  }
}
