package dev.osiris.host.connection;

import dev.osiris.host.config.SettingException;
import dev.osiris.host.config.SettingProblem;
import dev.osiris.host.yaml.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Variables that are kept in files called {@code .env}: lines of {@code NAME=value}, {@code export}
 * before them or not, values in quotes or not, comments after {@code #}. A value in double quotes
 * may hold {@code \n} and go over several lines, as a key in PEM does.
 */
public final class DotEnv {

  private static final String NAME = ".env";
  private static final Pattern LINE =
      Pattern.compile(
          "(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)[ \\t]*=[ \\t]*"
              + "(?:'([^']*+)'|\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^'\"\\n][^\\n]*+)?)"
              + "[ \\t]*(?:#[^\\n]*+)?(?:\\n|$)",
          Pattern.DOTALL);
  private static final Pattern NOTHING = Pattern.compile("[ \\t]*(?:#[^\\n]*+)?(?:\\n|$)");
  private static final Pattern ESCAPE = Pattern.compile("\\\\([nrt\"\\\\$])");
  private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#.*");

  private DotEnv() {}

  /**
   * The environment with what the files of these folders add. A variable that is set keeps its
   * value, and so does one of an earlier folder; an empty one counts as not set.
   *
   * @throws SettingException when a file cannot be read, with file and line
   */
  public static Map<String, String> add(Map<String, String> environment, List<Path> folders) {
    Map<String, String> all = new HashMap<>(environment);
    folders.stream()
        .map(folder -> folder.resolve(NAME))
        .distinct()
        .filter(Files::isRegularFile)
        .forEach(file ->
            read(file)
                .forEach((name, value) ->
                    all.merge(name, value, (set, other) -> set.isEmpty() ? other : set)));
    return all;
  }

  private static Map<String, String> read(Path file) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException unreadable) {
      throw refused(file, Position.NONE, "cannot be read as a text in UTF-8");
    }
    Map<String, String> values = new LinkedHashMap<>();
    int at = text.startsWith("\uFEFF") ? 1 : 0;
    while (at < text.length()) {
      Matcher nothing = NOTHING.matcher(text).region(at, text.length());
      Matcher line = LINE.matcher(text).region(skipSpaces(text, at), text.length());
      if (nothing.lookingAt()) {
        at = nothing.end();
      } else if (line.lookingAt()) {
        values.put(line.group(1), value(line));
        at = line.end();
      } else {
        int number = 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
        throw refused(file, new Position(number, 1), "must be written as NAME=value");
      }
    }
    return values;
  }

  private static int skipSpaces(String text, int from) {
    int at = from;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  private static String value(Matcher line) {
    if (line.group(2) != null) {
      return line.group(2);
    }
    if (line.group(3) != null) {
      // Only these: a backslash before anything else is one, as passwords have them.
      return ESCAPE
          .matcher(line.group(3))
          .replaceAll(found ->
              Matcher.quoteReplacement(
                  switch (found.group(1)) {
                    case "n" -> "\n";
                    case "r" -> "\r";
                    case "t" -> "\t";
                    default -> found.group(1);
                  }));
    }
    String plain = line.group(4);
    return plain == null ? "" : COMMENT.matcher(plain).replaceFirst("").strip();
  }

  private static SettingException refused(Path file, Position at, String message) {
    return new SettingException(List.of(new SettingProblem(file.toString(), at, message)));
  }
}
