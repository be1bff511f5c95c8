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
 * @param lineEnd of its records
 */
record CsvHead(List<String> names, long skip, int renamed, LineEnds.LineEnd lineEnd) {

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
    LineEnds.LineEnd lineEnd = LineEnds.first(file, compression(file, options), options);
    for (int count = FIRST_LINES; true; count *= 8) {
      List<String> lines = lines(connection, file, options, lineEnd, count);
      CsvHead head = parse(file, lines, lines.size() == count, options, lineEnd);
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
      Path file, List<String> lines, boolean more, CsvOptions options, LineEnds.LineEnd lineEnd) {
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
      refuseUnseenLineEnd(file, options, parsed);
      if (data && headerAt == 0) {
        return named
            ? named(file, parsed.fields(), skip + 1, lineEnd)
            : new CsvHead(numbered(parsed.fields().size()), skip, 0, lineEnd);
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

  private static void refuseUndecoded(Path file, List<String> header) {
    if (header.stream().anyMatch(name -> name.indexOf('\uFFFD') >= 0)) {
      throw new StepException(
          Failure.of(
                  FailureCode.ENCODING_INVALID,
                  "the header of " + file + " is not in the encoding that it should be in")
              .advise("set 'encoding' to what the file is written in")
              .inFile(file.toString()));
    }
  }

  /** The engine would take the line end in the field for that of the records. */
  private static void refuseUnseenLineEnd(
      Path file, CsvOptions options, RecordParser.Parsed parsed) {
    if (compression(file, options) == Compression.ZSTD
        && parsed.fields().stream().anyMatch(field -> field.contains("\n"))) {
      throw new StepException(
          Failure.of(
                  FailureCode.FILE_MALFORMED,
                  "the file " + file + " holds a line end in a field of its first record")
              .advise("pack the file with gzip, or unpack it")
              .inFile(file.toString()));
    }
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
  private static CsvHead named(
      Path file, List<String> header, long skip, LineEnds.LineEnd lineEnd) {
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    int renamed = 0;
    refuseUndecoded(file, header);
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i).isEmpty() ? "column" + i : header.get(i);
      String free = name;
      for (int n = 1; !taken.add(free.toLowerCase(Locale.ROOT)); n++) {
        free = name + "_" + n;
      }
      names.add(free);
      renamed += free.equals(header.get(i)) ? 0 : 1;
    }
    return new CsvHead(names, skip, renamed, lineEnd);
  }

  private static List<String> lines(
      Connection connection, Path file, CsvOptions options, LineEnds.LineEnd end, int count)
      throws SQLException, IOException {
    Compression compression = compression(file, options);
    return compression == Compression.ZSTD
        ? engineLines(connection, file, options, count)
        : LineEnds.lines(file, compression, options, end, count);
  }

  /** Java cannot unpack zstd. */
  private static List<String> engineLines(
      Connection connection, Path file, CsvOptions options, int count) throws SQLException {
    String query =
        "SELECT line FROM " + lineReader(file, options) + CsvSource.buffers() + ") LIMIT " + count;
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
