package dev.osiris.worker.drivers.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The files as one relation of texts, in the order of the files and their rows. Column {@code i} of
 * {@link #columns} is called {@code c<i>} in its SQL: names of the file meet the engine only as the
 * names of the output.
 *
 * @param parts neighbouring files of the same form
 * @param columns names in the order in which the files bring them
 */
record CsvSource(CsvOptions options, List<Part> parts, List<String> columns) {

  /** Rows that types are guessed from. */
  static final int SAMPLE_ROWS = 8_192;

  /** A longer line is a damaged file; each thread holds a few buffers of this size. */
  static final int LONGEST_LINE = 8 * 1024 * 1024;

  /**
   * Rejected records a probe keeps. Reading on one thread for just the first would miss a quote
   * that is open at the end of the file.
   */
  static final int MOST_PROBED = 1_000;

  /**
   * Files with the same names in the same order.
   *
   * @param positions of its columns in the relation
   */
  record Part(List<Path> files, CsvHead head, Compression compression, List<Integer> positions) {
    Part {
      files = List.copyOf(files);
      positions = List.copyOf(positions);
    }
  }

  CsvSource {
    parts = List.copyOf(parts);
    columns = List.copyOf(columns);
  }

  /** Reads the heads of the files. */
  static CsvSource open(
      Connection connection, List<Path> files, CsvOptions options, CsvDiagnosis diagnosis)
      throws SQLException, IOException {
    List<String> columns = new ArrayList<>();
    Map<String, Integer> positions = new TreeMap<>();
    List<Part> parts = new ArrayList<>();
    for (Path file : files) {
      CsvHead head = head(connection, file, options, diagnosis);
      Compression compression = CsvHead.compression(file, options);
      Part last = parts.isEmpty() ? null : parts.getLast();
      if (last != null && last.head.equals(head) && last.compression == compression) {
        List<Path> joined = new ArrayList<>(last.files);
        joined.add(file);
        parts.set(parts.size() - 1, new Part(joined, head, compression, last.positions));
        continue;
      }
      List<Integer> own = new ArrayList<>();
      for (String name : head.names()) {
        String key = name.toLowerCase(Locale.ROOT);
        if (!positions.containsKey(key)) {
          positions.put(key, columns.size());
          columns.add(name);
        }
        own.add(positions.get(key));
      }
      parts.add(new Part(List.of(file), head, compression, own));
    }
    return new CsvSource(options, parts, columns);
  }

  private static CsvHead head(
      Connection connection, Path file, CsvOptions options, CsvDiagnosis diagnosis)
      throws SQLException, IOException {
    try {
      return CsvHead.read(connection, file, options);
    } catch (SQLException refusal) {
      throw diagnosis.explainLines(file, refusal).orElseThrow(() -> refusal);
    }
  }

  /** The first rows of the wanted columns. */
  String sample(List<Integer> wanted) {
    long rows = Math.min(SAMPLE_ROWS, options.limit().orElse(Long.MAX_VALUE));
    return limited(wanted, Map.of(), skipping() + buffers(), rows);
  }

  /** All rows; records that break the format are left out silently if they are to be skipped. */
  String rows(List<Integer> wanted) {
    long rows = options.limit().orElse(Long.MAX_VALUE);
    return limited(wanted, Map.of(), skipping() + buffers(), rows);
  }

  /**
   * All rows, with what was skipped in the temporary table of that name.
   *
   * @param types that the reader itself casts some columns to; it rounds what does not fit
   */
  String rowsRejectingTo(List<Integer> wanted, String rejects, Map<Integer, String> types) {
    String reading = options.skipBadLines() ? rejecting(rejects, 0) : "";
    return limited(wanted, types, reading + buffers(), options.limit().orElse(Long.MAX_VALUE));
  }

  /** One file alone and in its order, with all columns of its own. */
  String file(Part part, Path file) {
    return read(part, List.of(file), part.positions, Map.of(), skipping() + buffers());
  }

  /** One file alone, with the first records that break the format in that temporary table. */
  String fileRejectingTo(Part part, Path file, String rejects) {
    return read(
        part, List.of(file), part.positions, Map.of(), rejecting(rejects, MOST_PROBED) + buffers());
  }

  static String rejecting(String rejects, int most) {
    return ", store_rejects=true, rejects_table="
        + SqlText.literal(rejects)
        + ", rejects_scan="
        + SqlText.literal(rejects + "_scans")
        + ", rejects_limit="
        + most;
  }

  static String buffers() {
    return ", buffer_size=" + LONGEST_LINE + ", max_line_size=" + LONGEST_LINE;
  }

  private String skipping() {
    return options.skipBadLines() ? ", ignore_errors=true" : "";
  }

  private String limited(
      List<Integer> wanted, Map<Integer, String> types, String reading, long rows) {
    String all =
        parts.stream()
            .map(part -> read(part, part.files, wanted, types, reading))
            .collect(Collectors.joining(" UNION ALL "));
    return "(" + (rows == Long.MAX_VALUE ? all : "FROM (" + all + ") LIMIT " + rows) + ")";
  }

  private String read(
      Part part,
      List<Path> files,
      List<Integer> wanted,
      Map<Integer, String> types,
      String reading) {
    TreeSet<Integer> own = new TreeSet<>(part.positions);
    String selected =
        wanted.stream()
            .map(i ->
                own.contains(i)
                    ? "c" + i
                    : "NULL::" + types.getOrDefault(i, "VARCHAR") + " AS c" + i)
            .collect(Collectors.joining(", "));
    boolean dropBlank = dropsBlankLines(part);
    List<String> nulls = dropBlank ? List.of("") : options.nullTexts();
    String call =
        "read_csv("
            + files.stream().map(SqlText::file).collect(Collectors.joining(",", "[", "]"))
            + ", auto_detect=false, header=false, skip="
            + part.head.skip()
            + part.head.lineEnd().option()
            + dialect()
            + ", nullstr="
            + SqlText.list(nulls)
            + ", allow_quoted_nulls=false, compression="
            + SqlText.literal(part.compression.word())
            + reading
            + ", columns="
            + part.positions.stream()
                .map(i -> "'c" + i + "': '" + types.getOrDefault(i, "VARCHAR") + "'")
                .collect(Collectors.joining(", ", "{", "}"))
            + ")";
    return dropBlank
        ? withoutBlankLines(part, selected, call)
        : "SELECT " + selected + " FROM " + call;
  }

  /** With one column a blank line is a NULL for the engine, as it is for the writer. */
  private boolean dropsBlankLines(Part part) {
    return part.positions.size() == 1 && !options.blankLines().orElse(true);
  }

  private String withoutBlankLines(Part part, String selected, String call) {
    String only = "c" + part.positions.getFirst();
    String nulls =
        options.nullTexts().stream()
            .filter(text -> !text.isEmpty())
            .map(SqlText::literal)
            .collect(Collectors.joining(","));
    String value =
        nulls.isEmpty()
            ? only
            : "CASE WHEN " + only + " NOT IN (" + nulls + ") THEN " + only + " END";
    return "SELECT "
        + selected
        + " FROM (SELECT "
        + value
        + " AS "
        + only
        + " FROM "
        + call
        + " WHERE "
        + only
        + " IS NOT NULL)";
  }

  private String dialect() {
    CsvDialect dialect = options.dialect();
    return ", delim="
        + SqlText.literal(dialect.delimiter())
        + ", quote="
        + SqlText.literal(dialect.quote())
        + ", escape="
        + SqlText.literal(dialect.escape())
        + (dialect.comment() == null ? "" : ", comment=" + SqlText.literal(dialect.comment()))
        + ", encoding="
        + SqlText.literal(options.encoding().word());
  }
}
