package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the beginning of a file says.
 *
 * @param names of the columns, unique without regard to case
 * @param skip records that the engine has to skip to reach the data; it does not count comments
 * @param renamed how many names had to be changed or made
 */
record CsvHead(List<String> names, long skip, int renamed) {

  private static final int FIRST_LINES = 64;
  private static final int MOST_LINES = 1_000_000;

  CsvHead {
    names = List.copyOf(names);
  }

  /**
   * Reads it.
   *
   * @throws StepException {@code FILE_EMPTY}, {@code FILE_MALFORMED} or {@code ENCODING_INVALID}
   */
  static CsvHead read(Connection connection, Path file, CsvOptions options)
      throws SQLException, IOException {
    if (Files.size(file) == 0) {
      throw empty(file, "is empty");
    }
    refuseBigEndian(file, options);
    for (int count = FIRST_LINES; true; count *= 8) {
      List<String> lines = lines(connection, file, options, count);
      CsvHead head = parse(file, lines, lines.size() == count, options);
      if (head != null) {
        return head;
      }
      if (lines.size() < count || count > MOST_LINES) {
        throw empty(
            file, options.header().isPresent() ? "has no line for a header" : "has no lines");
      }
    }
  }

  private static @Nullable CsvHead parse(
      Path file, List<String> lines, boolean more, CsvOptions options) {
    RecordParser parser = new RecordParser(options.dialect(), lines.iterator());
    long before = options.skipRows();
    long headerAt = options.header().orElse(0);
    long skip = 0;
    boolean named = options.header().isPresent();
    RecordParser.Parsed parsed = parser.next();
    while (parsed != null) {
      boolean data = parsed.kind() == RecordParser.Kind.FIELDS && before <= 0;
      if (parsed.kind() == RecordParser.Kind.UNCLOSED) {
        return unclosed(file, more);
      }
      if (data && headerAt == 0) {
        return named
            ? named(parsed.fields(), skip + 1)
            : new CsvHead(numbered(parsed.fields().size()), skip, 0);
      }
      headerAt -= data ? 1 : 0;
      // Without a header, a blank line after the skipped records is the data's.
      boolean counts = parsed.kind() != RecordParser.Kind.COMMENT && (named || before > 0);
      skip += counts ? 1 : 0;
      before--;
      parsed = parser.next();
    }
    return null;
  }

  private static @Nullable CsvHead unclosed(Path file, boolean more) {
    if (more) {
      return null;
    }
    throw new StepException(
        Failure.of(
                FailureCode.FILE_MALFORMED,
                "the file " + file + " ends inside a quoted field before its first data")
            .inFile(file.toString()));
  }

  private static List<String> numbered(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("column" + i);
    }
    return names;
  }

  /** Names as they are; one without a name gets its position, one that exists gets a number. */
  private static CsvHead named(List<String> header, long skip) {
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    int renamed = 0;
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i).isEmpty() ? "column" + i : header.get(i);
      String free = name;
      for (int n = 1; !taken.add(free.toLowerCase(Locale.ROOT)); n++) {
        free = name + "_" + n;
      }
      names.add(free);
      renamed += free.equals(header.get(i)) ? 0 : 1;
    }
    return new CsvHead(names, skip, renamed);
  }

  private static List<String> lines(Connection connection, Path file, CsvOptions options, int count)
      throws SQLException {
    String query =
        "SELECT line FROM "
            + lineReader(file, options)
            + ", parallel=false"
            + CsvSource.buffers(1)
            + ") LIMIT "
            + count;
    List<String> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        String line = rows.getString(1);
        lines.add(line == null ? "" : line);
      }
    }
    return lines;
  }

  /** The call that reads lines as they are, without its closing bracket. */
  static String lineReader(Path file, CsvOptions options) {
    return "read_csv("
        + SqlText.file(file)
        + ", auto_detect=false, header=false, quote='', escape='', strict_mode=false"
        + ", columns={'line': 'VARCHAR'}, delim="
        + SqlText.literal("\u0001\u0002\u0003")
        + ", encoding="
        + SqlText.literal(options.encoding().word())
        + ", compression="
        + SqlText.literal(compression(file, options).word());
  }

  static Compression compression(Path file, CsvOptions options) {
    return Compression.of(options.compression(), file.getFileName().toString());
  }

  /** The engine takes every UTF-16 file for little-endian. */
  private static void refuseBigEndian(Path file, CsvOptions options) throws IOException {
    if (options.encoding() != Encoding.UTF_16 || compression(file, options) != Compression.NONE) {
      return;
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      if (bytes.read() == 0xFE && bytes.read() == 0xFF) {
        throw new StepException(
            Failure.of(
                    FailureCode.ENCODING_INVALID,
                    "the file " + file + " is big-endian UTF-16; only little-endian is read")
                .advise("convert the file to utf-8 first")
                .inFile(file.toString()));
      }
    }
  }

  private static StepException empty(Path file, String what) {
    return new StepException(
        Failure.of(FailureCode.FILE_EMPTY, "the file " + file + " " + what)
            .inFile(file.toString()));
  }
}
