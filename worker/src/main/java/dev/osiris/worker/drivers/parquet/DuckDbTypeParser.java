package dev.osiris.worker.drivers.parquet;

import dev.osiris.worker.drivers.parquet.DuckDbType.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Recursive descent over the text of one type. Used once: {@code new
 * DuckDbTypeParser(text).parse()}.
 */
final class DuckDbTypeParser {

  /** Deeper than any table has; a text from a file must not exhaust the stack. */
  private static final int MAX_DEPTH = 200;

  private final String text;
  private int at;
  private int depth;

  DuckDbTypeParser(String text) {
    this.text = text;
  }

  DuckDbType parse() {
    DuckDbType type = type();
    skipSpaces();
    if (at < text.length()) {
      throw broken("an end");
    }
    return type;
  }

  private DuckDbType type() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException("type is nested deeper than " + MAX_DEPTH);
    }
    DuckDbType type = unsuffixed();
    while (accept('[')) {
      if (accept(']')) {
        type = new DuckDbType.ListOf(type);
      } else {
        type = new DuckDbType.ArrayOf(type, length());
        expect(']');
      }
    }
    depth--;
    return type;
  }

  private DuckDbType unsuffixed() {
    String name = words();
    return switch (name) {
      case "STRUCT" -> new DuckDbType.Struct(fields());
      case "UNION" -> new DuckDbType.Union(fields());
      case "ENUM" -> new DuckDbType.Enumeration(enumValues());
      case "MAP" -> map();
      default -> new DuckDbType.Scalar(name, arguments());
    };
  }

  private DuckDbType map() {
    expect('(');
    DuckDbType key = type();
    expect(',');
    DuckDbType value = type();
    expect(')');
    return new DuckDbType.MapOf(key, value);
  }

  private List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    expect('(');
    do {
      skipSpaces();
      String name = peek() == '"' ? quoted('"') : word();
      fields.add(new Field(name, type()));
    } while (accept(','));
    expect(')');
    return fields;
  }

  private List<String> enumValues() {
    List<String> values = new ArrayList<>();
    expect('(');
    do {
      skipSpaces();
      values.add(quoted('\''));
    } while (accept(','));
    expect(')');
    return values;
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (accept('(')) {
      do {
        skipSpaces();
        arguments.add(peek() == '\'' ? Sql.literal(quoted('\'')) : Integer.toString(length()));
      } while (accept(','));
      expect(')');
    }
    return arguments;
  }

  /** The name of a type: words in a row, as in {@code TIME WITH TIME ZONE}. */
  private String words() {
    StringBuilder name = new StringBuilder(word());
    skipSpaces();
    while (isWordPart(peek())) {
      name.append(' ').append(word());
      skipSpaces();
    }
    return name.toString().toUpperCase(Locale.ROOT);
  }

  private String word() {
    skipSpaces();
    int start = at;
    while (isWordPart(peek())) {
      at++;
    }
    if (at == start) {
      throw broken("a name");
    }
    return text.substring(start, at);
  }

  /** A text between quotes; a quote inside is doubled. */
  private String quoted(char quote) {
    expect(quote);
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char character = text.charAt(at++);
      if (character != quote) {
        value.append(character);
      } else if (peek() == quote) {
        value.append(quote);
        at++;
      } else {
        return value.toString();
      }
    }
    throw broken("a closing " + quote);
  }

  private int length() {
    skipSpaces();
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start || at - start > 9) {
      throw broken("a number");
    }
    return Integer.parseInt(text, start, at, 10);
  }

  private boolean accept(char character) {
    skipSpaces();
    if (peek() == character) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char character) {
    if (!accept(character)) {
      throw broken("'" + character + "'");
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private void skipSpaces() {
    while (peek() == ' ') {
      at++;
    }
  }

  private static boolean isWordPart(char character) {
    return character == '_' || Character.isLetterOrDigit(character);
  }

  private IllegalArgumentException broken(String expected) {
    return new IllegalArgumentException("type text has no " + expected + " at " + at);
  }
}
