package dev.osiris.worker.drivers.csv;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepFiles;
import dev.osiris.driver.StepInput;
import dev.osiris.step.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code filesystem.csv_writer}: one table becomes one CSV file, the same bytes for the same rows.
 */
public final class CsvWriter implements Driver {

  private static final Set<String> NUMERIC =
      Set.of(
          "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE"
              .split(" "));

  @Override
  public String component() {
    return "filesystem.csv_writer";
  }

  @Override
  public void run(StepContext context) throws SQLException, IOException {
    StepConfig config = context.config();
    StepInput.Table input = context.onlyInput();
    CsvDialect dialect = CsvDialect.of(config);
    String path = config.text("path");
    TextForm form = TextForm.of(config, path);
    List<Column> columns = ordered(input.columns(), config.text("column_order"));
    try (StepFiles.Target target = context.files().write(path)) {
      if (form.isNative()) {
        copy(context, input, columns, dialect, target.path(), form.compression());
      } else {
        Path utf8 = context.dataPath().resolveSibling(context.dataPath().getFileName() + ".csv");
        try {
          copy(context, input, columns, dialect, utf8, Compression.NONE);
          new Recoder(dialect, form, config.flag("header"), columns).run(utf8, target.path());
        } finally {
          Files.deleteIfExists(utf8);
        }
      }
      long bytes = Files.size(target.path());
      target.commit(input.rows());
      context.events().progress(input.rows());
      context.events().metric("rows_written", input.rows(), "rows");
      context.events().metric("bytes_written", bytes, "bytes");
    }
  }

  private static void copy(
      StepContext context,
      StepInput.Table input,
      List<Column> columns,
      CsvDialect dialect,
      Path file,
      Compression compression)
      throws SQLException {
    StepConfig config = context.config();
    String nullText = dialect.nullText("null_value", config.text("null_value"));
    String sql =
        "COPY (SELECT "
            + names(columns)
            + " FROM "
            + input.relation()
            + ") TO "
            + SqlText.literal(file.toString())
            + " (FORMAT csv, USE_TMP_FILE false, HEADER "
            + config.flag("header")
            + ", DELIMITER "
            + SqlText.literal(dialect.delimiter())
            + ", QUOTE "
            + SqlText.literal(dialect.quote())
            + ", ESCAPE "
            + SqlText.literal(dialect.escape())
            + ", NULLSTR "
            + SqlText.literal(nullText)
            + ", NEW_LINE "
            + SqlText.literal(newLine(config.text("newline")))
            + ", COMPRESSION "
            + SqlText.literal(compression.word())
            + quoted(columns, config.text("quoting"))
            + ")";
    Connection connection = context.open();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The escapes that the engine's option takes. */
  private static String newLine(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "crlf" -> "\\r\\n";
      case "cr" -> "\\r";
      default -> "\\n";
    };
  }

  private static String quoted(List<Column> columns, String quoting) {
    return switch (quoting.toLowerCase(Locale.ROOT)) {
      case "all" -> ", FORCE_QUOTE *";
      case "nonnumeric" -> {
        List<Column> texts = columns.stream().filter(column -> !isNumeric(column)).toList();
        yield texts.isEmpty() ? "" : ", FORCE_QUOTE (" + names(texts) + ")";
      }
      default -> "";
    };
  }

  private static boolean isNumeric(Column column) {
    return NUMERIC.contains(column.type()) || column.type().matches("DECIMAL\\(\\d+,\\d+\\)");
  }

  private static List<Column> ordered(List<Column> columns, String order) {
    return order.equalsIgnoreCase("sorted")
        ? columns.stream()
            .sorted(Comparator.comparing(Column::name, CsvWriter::byCodePoint))
            .toList()
        : columns;
  }

  /** As the predecessor sorts; Java's own order differs beyond the basic plane. */
  private static int byCodePoint(String left, String right) {
    return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
  }

  private static String names(List<Column> columns) {
    return columns.stream()
        .map(column -> SqlText.name(column.name()))
        .collect(Collectors.joining(", "));
  }
}
