package dev.osiris.host.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML 1.2 document into a tree, within limits that keep a hostile text from costing more
 * than its size. Reads the parser's events and not its nodes: those are composed recursively, so
 * that a file of opening brackets ends the process. Pure function; never throws for what a text
 * holds.
 */
public final class YamlReader {

  /** The largest text, in bytes of UTF-8. */
  public static final int MAX_BYTES = 1 << 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).setUseMarks(true).build();

  private YamlReader() {}

  /** Reads a text of at most {@link #MAX_BYTES}. */
  public static YamlDocument read(String text) {
    if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return refused(Position.START, "is larger than 1 MiB");
    }
    return read(text, 8L * MAX_BYTES);
  }

  /**
   * Reads a text that the product wrote itself: aliases written out and defaults filled in, it may
   * be larger than what it was made of.
   */
  public static YamlDocument readLarge(String text) {
    return read(text, 256L * MAX_BYTES);
  }

  private static YamlDocument read(String text, long maxWeight) {
    List<YamlProblem> problems = new ArrayList<>();
    try {
      Iterator<Event> events = new Parse(SETTINGS).parseString(text).iterator();
      YamlNode root = new TreeBuilder(problems, maxWeight).build(events);
      if (root == null && problems.isEmpty()) {
        return refused(Position.START, "is empty");
      }
      return new YamlDocument(root, problems);
    } catch (LimitException limit) {
      return refused(limit.at, String.valueOf(limit.getMessage()));
    } catch (MarkedYamlEngineException syntax) {
      Position at = syntax.getProblemMark().map(YamlReader::position).orElse(Position.START);
      return refused(at, "is not valid YAML: " + reason(syntax));
    } catch (YamlEngineException unreadable) {
      return refused(Position.START, "is not valid YAML: " + firstLine(unreadable.getMessage()));
    }
  }

  /** Reads a file in UTF-8; a file that cannot be read is a problem without a line. */
  public static YamlDocument read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        return refused(Position.START, "is larger than 1 MiB");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return read(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    } catch (CharacterCodingException malformed) {
      return refused(Position.NONE, "is not UTF-8");
    } catch (NoSuchFileException missing) {
      return refused(Position.NONE, "does not exist");
    } catch (IOException unreadable) {
      return refused(
          Position.NONE, "cannot be read" + (Files.isDirectory(file) ? ": it is a folder" : ""));
    }
  }

  static Position position(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static YamlDocument refused(Position at, String message) {
    return new YamlDocument(null, List.of(new YamlProblem(at, message)));
  }

  private static String reason(MarkedYamlEngineException syntax) {
    String context = syntax.getContext();
    String problem = firstLine(syntax.getProblem());
    return context == null || context.isEmpty() ? problem : firstLine(context) + ", " + problem;
  }

  private static String firstLine(@Nullable String text) {
    String line = text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
    return line.replaceAll("\\p{Cntrl}", "?");
  }

  /** A limit was passed; nothing after it is read. */
  static final class LimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Position at;

    LimitException(Position at, String message) {
      super(message);
      this.at = at;
    }
  }
}
