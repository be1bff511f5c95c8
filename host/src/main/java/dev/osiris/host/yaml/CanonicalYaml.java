package dev.osiris.host.yaml;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one text of a value: block style, keys sorted, texts in double quotes unless they are plain
 * words. Equal values give equal bytes on every machine. Pure functions.
 */
public final class CanonicalYaml {

  /**
   * Neither a number nor true, false or null in any schema of YAML, with the next pattern's help.
   */
  private static final Pattern WORD =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:[./-][A-Za-z0-9_]+)*");

  private static final Pattern RESERVED =
      Pattern.compile("null|true|false|yes|no|on|off|y|n", Pattern.CASE_INSENSITIVE);

  private CanonicalYaml() {}

  /**
   * Writes a map as a document.
   *
   * @param content maps with text keys, lists, texts, longs, doubles, booleans and {@code null}
   * @throws IllegalArgumentException for a value of another type
   */
  public static String write(Map<String, ? extends @Nullable Object> content) {
    StringBuilder out = new StringBuilder();
    if (content.isEmpty()) {
      return "{}\n";
    }
    writeMap(content, 0, out);
    return out.toString();
  }

  /** {@code sha256:} and lower-case hexadecimal over the UTF-8 bytes of a text. */
  public static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  private static void writeMap(Map<?, ?> map, int indent, StringBuilder out) {
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
    boolean first = true;
    for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
      if (!first) {
        out.append(" ".repeat(indent));
      }
      first = false;
      out.append(text(entry.getKey())).append(':');
      writeBelow(entry.getValue(), indent, out);
    }
  }

  private static void writeBelow(@Nullable Object value, int indent, StringBuilder out) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      out.append('\n').append(" ".repeat(indent + 2));
      writeMap(map, indent + 2, out);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      out.append('\n');
      for (Object item : list) {
        out.append(" ".repeat(indent + 2)).append('-');
        writeItem(item, indent + 2, out);
      }
    } else {
      out.append(' ').append(scalar(value)).append('\n');
    }
  }

  private static void writeItem(@Nullable Object item, int indent, StringBuilder out) {
    if (item instanceof Map<?, ?> map && !map.isEmpty()) {
      out.append(' ');
      writeMap(map, indent + 2, out);
    } else {
      writeBelow(item, indent, out);
    }
  }

  private static String scalar(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> text(text);
      case Long number -> number.toString();
      case Integer number -> number.toString();
      case Double number when Double.isFinite(number) -> number.toString();
      case Boolean flag -> flag.toString();
      case Map<?, ?> _ -> "{}";
      case List<?> _ -> "[]";
      default ->
          throw new IllegalArgumentException("no canonical form for " + value.getClass().getName());
    };
  }

  private static String text(String text) {
    if (text.length() <= 200 && WORD.matcher(text).matches() && !RESERVED.matcher(text).matches()) {
      return text;
    }
    StringBuilder out = new StringBuilder("\"");
    text.codePoints().forEach(c -> escape(c, out));
    return out.append('"').toString();
  }

  private static void escape(int codePoint, StringBuilder out) {
    switch (codePoint) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (isInvisible(codePoint)) {
          out.append(String.format(codePoint > 0xFFFF ? "\\U%08X" : "\\u%04X", codePoint));
        } else {
          out.appendCodePoint(codePoint);
        }
      }
    }
  }

  /**
   * What an editor or a YAML reader would change or hide. Fixed ranges and not Java's categories,
   * which follow the Unicode version of the JDK.
   */
  private static boolean isInvisible(int c) {
    return c < 0x20
        || c >= 0x7F && c <= 0x9F
        || c >= 0x200B && c <= 0x200F
        || c >= 0x2028 && c <= 0x202E
        || c >= 0x2060 && c <= 0x206F
        || c >= 0xD800 && c <= 0xDFFF
        || c == 0xFEFF
        || c == 0xFFFE
        || c == 0xFFFF;
  }
}
