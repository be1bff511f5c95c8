package dev.osiris.worker.drivers.parquet;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepFiles;
import dev.osiris.driver.StepInput;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.drivers.parquet.RecordedTypes.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs {@code filesystem.parquet_writer}. A table whose types Parquet keeps is written by DuckDB's
 * plain COPY; other columns go into a {@link Carrier} that the file names.
 */
public final class ParquetWriter implements Driver {

  /**
   * A column on its way into the file.
   *
   * @param expression SQL over the input
   * @param type what a reader gets back
   * @param stored what the file holds
   */
  private record Outgoing(String name, String expression, DuckDbType type, DuckDbType stored) {

    boolean plain() {
      return expression.equals(Sql.name(name));
    }
  }

  @Override
  public String component() {
    return "filesystem.parquet_writer";
  }

  @Override
  public void run(StepContext context) throws IOException, SQLException {
    StepInput.Table input = context.onlyInput();
    Connection connection = context.open();
    List<Outgoing> columns = columns(connection, input, context.config());
    try (StepFiles.Target target = context.files().write(context.config().text("path"))) {
      long rows;
      try (Statement statement = connection.createStatement()) {
        rows = statement.executeUpdate(copy(input, columns, target.path(), context.config()));
      }
      context.events().metric("bytes_written", Files.size(target.path()), "bytes");
      target.commit(rows);
      context.events().metric("rows_written", rows, "rows");
    }
  }

  private static List<Outgoing> columns(
      Connection connection, StepInput.Table input, StepConfig config) throws SQLException {
    boolean lossy = config.optionalText("lossy").isPresent();
    List<Outgoing> columns = new ArrayList<>();
    for (Map.Entry<String, String> column : describe(connection, input).entrySet()) {
      DuckDbType own = read(column.getValue());
      DuckDbType kept = lossy ? Carrier.lossy(own) : own;
      requireSupported(column.getKey(), kept);
      columns.add(outgoing(connection, input, column.getKey(), own, kept));
    }
    return columns;
  }

  private static DuckDbType read(String typeText) {
    try {
      return DuckDbType.parse(typeText);
    } catch (IllegalArgumentException unknownForm) {
      return new DuckDbType.Scalar(typeText);
    }
  }

  private static void requireSupported(String column, DuckDbType type) {
    Carrier.unsupported(type)
        .ifPresent(part -> {
          throw new StepException(
              Failure.of(
                      FailureCode.TYPE_UNSUPPORTED,
                      "column '%s' has the type %s, and a Parquet file cannot keep %s exactly"
                          .formatted(column, type.sql(), part.sql()))
                  .inColumn(column)
                  .advise(
                      "cast it in a query before this step, or set 'lossy: text' to write"
                          + " it as text"));
        });
  }

  /** The way of one column; under {@code lossy: text} the kept type is not its own. */
  private static Outgoing outgoing(
      Connection connection, StepInput.Table input, String column, DuckDbType own, DuckDbType kept)
      throws SQLException {
    String name = Sql.name(column);
    if (Carrier.isWideInteger(own) && fitsDecimal(connection, input, name)) {
      return new Outgoing(column, Sql.cast(name, Carrier.WIDE_DECIMAL), own, Carrier.WIDE_DECIMAL);
    }
    if (own instanceof DuckDbType.Enumeration) {
      // COPY writes its texts by itself, five times as fast as a cast would.
      return new Outgoing(column, name, own, Carrier.of(own));
    }
    String value = own.equals(kept) ? name : Sql.cast(name, kept);
    return new Outgoing(column, CarrierSql.into(value, kept), kept, Carrier.of(kept));
  }

  /** Sums of integers are HUGEINT and nearly always fit what other programs can compute with. */
  private static boolean fitsDecimal(Connection connection, StepInput.Table input, String name)
      throws SQLException {
    String query =
        "SELECT coalesce(max(%1$s)::DOUBLE < 1e38 AND min(%1$s)::DOUBLE > -1e38, true) FROM %2$s"
            .formatted(name, input.relation());
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getBoolean(1);
    }
  }

  private static Map<String, String> describe(Connection connection, StepInput.Table input)
      throws SQLException {
    Map<String, String> columns = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("DESCRIBE SELECT * FROM " + input.relation())) {
      while (result.next()) {
        columns.put(result.getString("column_name"), result.getString("column_type"));
      }
    }
    return columns;
  }

  private static String copy(
      StepInput.Table input, List<Outgoing> columns, Path path, StepConfig config) {
    boolean plain = columns.stream().allMatch(Outgoing::plain);
    String selection =
        columns.stream()
            .map(column ->
                column.plain()
                    ? column.expression()
                    : column.expression() + " AS " + Sql.name(column.name()))
            .collect(Collectors.joining(", "));
    // The target is written beside its place and renamed there: DuckDB need not do so again.
    StringBuilder options =
        new StringBuilder("FORMAT parquet, USE_TMP_FILE false, COMPRESSION ")
            .append(Sql.literal(codec(config.text("compression"))));
    config
        .optionalInteger("row_group_size")
        .ifPresent(rows -> options.append(", ROW_GROUP_SIZE ").append(rows));
    Map<String, Recorded> recorded = recorded(columns);
    if (!recorded.isEmpty()) {
      options
          .append(", KV_METADATA {")
          .append(Sql.literal(RecordedTypes.KEY))
          .append(": ")
          .append(Sql.literal(new RecordedTypes(recorded).json()))
          .append("}");
    }
    return "COPY (SELECT "
        + (plain ? "*" : selection)
        + " FROM "
        + input.relation()
        + ") TO "
        + Sql.literal(path.toString())
        + " ("
        + options
        + ")";
  }

  private static Map<String, Recorded> recorded(List<Outgoing> columns) {
    Map<String, Recorded> recorded = new LinkedHashMap<>();
    for (Outgoing column : columns) {
      if (!column.stored().equals(column.type())) {
        recorded.put(column.name(), new Recorded(column.type(), column.stored()));
      }
    }
    return recorded;
  }

  private static String codec(String compression) {
    String name = compression.toLowerCase(Locale.ROOT);
    return name.equals("lz4") ? "lz4_raw" : name;
  }
}
