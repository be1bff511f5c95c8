package dev.osiris.host.config;

import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.host.yaml.YamlProblem;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Looks settings up in flags, environment and file, in this order, and parses what it finds. */
final class SettingSources {

  private static final Pattern PATH_SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

  private final Map<String, List<String>> flags;
  private final Map<String, String> environment;
  private final Path workingFolder;
  private final List<SettingProblem> problems;
  private Mapping file = Mapping.EMPTY;
  private Path filePath;

  SettingSources(
      Map<String, List<String>> flags,
      Map<String, String> environment,
      Path workingFolder,
      List<SettingProblem> problems) {
    this.flags = flags;
    this.environment = environment;
    this.workingFolder = workingFolder;
    this.problems = problems;
    this.filePath = workingFolder.resolve(Project.SETTINGS);
  }

  /** Adds the file, which is found with the help of what flags and environment say. */
  void useFile(Mapping content, Path path) {
    file = content;
    filePath = path.toAbsolutePath();
  }

  <T> Optional<T> value(String key, Function<String, T> parser) {
    return find(key, false).flatMap(found -> parse(found, found.texts().getLast(), parser));
  }

  /** Whether somebody has written the setting anywhere. */
  boolean has(String key) {
    return find(key, false).isPresent();
  }

  Optional<Path> path(String key) {
    return find(key, false)
        .flatMap(found -> parse(found, found.texts().getLast(), resolver(found)));
  }

  List<Path> paths(String key) {
    return many(key, SettingSources::resolver);
  }

  <T> List<T> values(String key, Function<String, T> parser) {
    return many(key, found -> parser);
  }

  private <T> List<T> many(String key, Function<Found, Function<String, T>> parsers) {
    List<T> values = new ArrayList<>();
    find(key, true)
        .ifPresent(found ->
            found
                .texts()
                .forEach(t -> parse(found, t, parsers.apply(found)).ifPresent(values::add)));
    return values;
  }

  boolean flag(String key) {
    return value(
            key,
            text -> {
              if (text.equalsIgnoreCase("true") || text.equals("1")) {
                return true;
              }
              if (text.equalsIgnoreCase("false") || text.equals("0")) {
                return false;
              }
              throw new IllegalArgumentException("must be true or false");
            })
        .orElse(false);
  }

  private static Function<String, Path> resolver(Found found) {
    return text -> {
      try {
        return found.beside().resolveSibling(text).normalize();
      } catch (InvalidPathException invalid) {
        throw new IllegalArgumentException("is not a path");
      }
    };
  }

  private <T> Optional<T> parse(Found found, String text, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(text));
    } catch (IllegalArgumentException refused) {
      problems.add(
          new SettingProblem(found.source(), found.at(), found.prefix() + refused.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Found> find(String key, boolean many) {
    List<String> flag = flags.getOrDefault(key, List.of());
    if (!flag.isEmpty()) {
      String name = "--" + key.replace('_', '-');
      return Optional.of(new Found(name, Position.NONE, "", flag, besideFlags()));
    }
    String variable = "OSIRIS_" + key.toUpperCase(Locale.ROOT);
    String text = environment.getOrDefault(variable, "");
    if (!text.isEmpty()) {
      List<String> texts = many ? PATH_SEPARATOR.splitAsStream(text).toList() : List.of(text);
      return Optional.of(new Found(variable, Position.NONE, "", texts, besideFlags()));
    }
    return inFile(key, many);
  }

  private Optional<Found> inFile(String key, boolean many) {
    MappingReader keys = new MappingReader(file, this::fileProblem);
    Position at = file.entry(key).map(entry -> entry.at()).orElse(Position.NONE);
    Optional<List<String>> texts =
        many
            ? keys.scalars(key).map(items -> items.stream().map(Scalar::text).toList())
            : keys.text(key).map(List::of);
    return texts
        .filter(found -> !found.isEmpty())
        .map(found -> new Found(filePath.toString(), at, "'" + key + "': ", found, filePath));
  }

  private Path besideFlags() {
    return workingFolder.resolve(Project.SETTINGS);
  }

  void fileProblem(YamlProblem problem) {
    problems.add(new SettingProblem(filePath.toString(), problem.at(), problem.message()));
  }

  /**
   * A setting as somebody wrote it.
   *
   * @param prefix what a message begins with
   * @param beside the file, existing or not, beside which a relative path lies
   */
  private record Found(
      String source, Position at, String prefix, List<String> texts, Path beside) {}
}
