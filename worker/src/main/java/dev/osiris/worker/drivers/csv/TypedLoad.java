package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.StepException;
import dev.osiris.step.OutputTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the table: types are guessed from the first rows and checked on every row in the pass that
 * loads them. When a value does not fit, one more pass finds the types and another loads again. The
 * types do not depend on the sample; only the number of passes does.
 */
final class TypedLoad {

  /**
   * Up to here a load checks values itself. Wider files are analysed first, some columns at a time,
   * and then cast by the reader: checks take about 200 KB of memory a column and thread.
   */
  private static final int CHECKED_COLUMNS = 200;

  private static final String TABLE = SqlText.name(OutputTable.MAIN);

  private final Connection connection;
  private final CsvSource source;
  private final CsvDiagnosis diagnosis;
  private int loads;

  TypedLoad(Connection connection, CsvSource source, CsvDiagnosis diagnosis) {
    this.connection = connection;
    this.source = source;
    this.diagnosis = diagnosis;
  }

  /**
   * Loads the columns.
   *
   * @return the temporary table of the lines that were skipped, if any were to be
   * @throws StepException {@code VALUE_INVALID} where a declared type does not fit
   * @throws SQLException what the engine said about the files
   */
  String run(List<ColumnPlan> planned) throws SQLException {
    if (planned.size() > CHECKED_COLUMNS) {
      return load(analysed(planned, column -> true), false);
    }
    List<ColumnPlan> columns =
        replaced(planned, column -> !column.isDeclared(), open -> narrowest(open, source::sample));
    diagnosis.requireFit(source, columns);
    String rejects;
    try {
      rejects = load(columns, true);
    } catch (SQLException refused) {
      if (!String.valueOf(refused.getMessage()).contains(CheckedType.MARKER)) {
        throw refused;
      }
      columns = analysed(columns, column -> column.type() != null || column.open());
      return load(columns, true);
    }
    List<ColumnPlan> settled = replaced(columns, ColumnPlan::open, open -> fromTable(open));
    diagnosis.requireFit(source, settled);
    return sameTypes(settled, columns) ? rejects : load(settled, true);
  }

  private List<ColumnPlan> analysed(List<ColumnPlan> columns, Predicate<ColumnPlan> which)
      throws SQLException {
    List<ColumnPlan> found = replaced(columns, which, some -> narrowest(some, source::rows));
    diagnosis.requireFit(source, found);
    return found;
  }

  private List<ColumnPlan> narrowest(
      List<ColumnPlan> columns, Function<List<Integer>, String> relation) throws SQLException {
    return TypeAnalysis.narrowest(
        connection,
        columns,
        some -> relation.apply(some.stream().map(ColumnPlan::position).toList()),
        column -> "c" + column.position());
  }

  /** Columns without a value in the sample were loaded as they are: look at them there. */
  private List<ColumnPlan> fromTable(List<ColumnPlan> open) throws SQLException {
    return TypeAnalysis.narrowest(
        connection, open, some -> TABLE, column -> SqlText.name(column.name()));
  }

  private String load(List<ColumnPlan> columns, boolean check) throws SQLException {
    loads++;
    String rejects = "osiris_csv_rejects_" + loads;
    String relation =
        source.rowsRejectingTo(
            columns.stream().map(ColumnPlan::position).toList(),
            rejects,
            check ? Map.of() : readerTypes(columns));
    String texts =
        columns.stream().flatMap(column -> texts(column, check)).collect(Collectors.joining(", "));
    String values =
        columns.stream()
            .map(column -> value(column, check) + " AS " + SqlText.name(column.name()))
            .collect(Collectors.joining(", "));
    execute("DROP TABLE IF EXISTS " + TABLE);
    execute(
        "CREATE TABLE "
            + TABLE
            + " AS SELECT "
            + values
            + " FROM (SELECT "
            + texts
            + " FROM "
            + relation
            + ")");
    return rejects;
  }

  /** A checked value is cast once and used twice, so the cast is a column of its own. */
  private static Stream<String> texts(ColumnPlan column, boolean check) {
    String text = "c" + column.position();
    return column.type() == null || !check
        ? Stream.of(text)
        : Stream.of(text, column.type().castOf(text) + " AS t" + column.position());
  }

  /** What the reader may cast by itself once every value is known to fit. */
  private static Map<Integer, String> readerTypes(List<ColumnPlan> columns) {
    Map<Integer, String> types = new HashMap<>();
    for (ColumnPlan column : columns) {
      if (column.type() != null && GuessedTypes.VALUES.contains(column.type())) {
        types.put(column.position(), column.type().name());
      }
    }
    return types;
  }

  private static String value(ColumnPlan column, boolean check) {
    String text = "c" + column.position();
    if (column.type() == null || !check && GuessedTypes.VALUES.contains(column.type())) {
      return text;
    }
    return check
        ? column.type().checked(text, "t" + column.position())
        : column.type().castOf(text);
  }

  long rows() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + TABLE)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static boolean sameTypes(List<ColumnPlan> left, List<ColumnPlan> right) {
    for (int i = 0; i < left.size(); i++) {
      if (!Objects.equals(left.get(i).type(), right.get(i).type())) {
        return false;
      }
    }
    return true;
  }

  /** All columns in their order, those that the predicate picks replaced by what was found. */
  private static List<ColumnPlan> replaced(
      List<ColumnPlan> columns, Predicate<ColumnPlan> which, Analysis analysis)
      throws SQLException {
    List<ColumnPlan> found = new ArrayList<>(analysis.of(columns.stream().filter(which).toList()));
    return columns.stream()
        .map(column -> which.test(column) ? found.removeFirst() : column)
        .toList();
  }

  /** Finds the types of some columns. */
  private interface Analysis {
    List<ColumnPlan> of(List<ColumnPlan> columns) throws SQLException;
  }
}
