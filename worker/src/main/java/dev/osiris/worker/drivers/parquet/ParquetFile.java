package dev.osiris.worker.drivers.parquet;

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
import java.util.Map;
import java.util.Set;

/**
 * What one Parquet file says about itself in its footer.
 *
 * @param names of all its columns
 * @param columns those that are wanted, by {@link Sql#key}, in the order of the file
 */
record ParquetFile(Path path, List<String> names, Map<String, Incoming> columns) {

  /**
   * A column as the file has it and as it was.
   *
   * @param stored the type that DuckDB finds in the file
   * @param type the type to make of it; the same unless our writer recorded another
   */
  record Incoming(String name, DuckDbType stored, DuckDbType type) {

    /** SQL over the file that gives the column in its type. */
    String expression() {
      return restored() ? CarrierSql.back(Sql.name(name), type) : Sql.name(name);
    }

    boolean restored() {
      return !stored.equals(type);
    }
  }

  ParquetFile {
    names = List.copyOf(names);
    columns = new LinkedHashMap<>(columns);
  }

  /**
   * Reads the footer of a file that exists.
   *
   * @param wanted keys of columns; empty for all
   * @throws StepException {@code FILE_EMPTY}, {@code FILE_MALFORMED}, {@code FILE_UNREADABLE} or
   *     {@code TYPE_UNSUPPORTED}
   */
  static ParquetFile open(
      Connection connection, Path path, Set<String> wanted, boolean hivePartitioning)
      throws IOException, SQLException {
    if (Files.size(path) == 0) {
      throw new StepException(
          Failure.of(FailureCode.FILE_EMPTY, "the file has no bytes").inFile(path.toString()));
    }
    if (!Sql.isNameable(path)) {
      throw new StepException(
          Failure.of(
                  FailureCode.FILE_UNREADABLE,
                  "DuckDB cannot open a path that has a backslash beside one of * ? [")
              .inFile(path.toString()));
    }
    try {
      RecordedTypes recorded = recordedTypes(connection, path);
      List<String> names = new ArrayList<>();
      Map<String, Incoming> columns = new LinkedHashMap<>();
      describe(connection, path, hivePartitioning)
          .forEach((name, typeText) -> {
            names.add(name);
            if (wanted.isEmpty() || wanted.contains(Sql.key(name))) {
              DuckDbType stored = storedType(path, name, typeText);
              DuckDbType type = type(name, stored, recorded);
              columns.put(Sql.key(name), new Incoming(name, stored, type));
            }
          });
      return new ParquetFile(path, names, columns);
    } catch (SQLException refused) {
      if (ReadError.of(refused).isAboutTheWorker()) {
        throw refused;
      }
      throw ReadError.malformed(refused, path.toString());
    }
  }

  /** The function call that reads files which are alike. */
  static String read(String files, boolean hivePartitioning) {
    // Values of folder names stay text: '007' is a code.
    return "read_parquet("
        + files
        + ", hive_partitioning = "
        + hivePartitioning
        + (hivePartitioning ? ", hive_types_autocast = false" : "")
        + ")";
  }

  private static Map<String, String> describe(
      Connection connection, Path path, boolean hivePartitioning) throws SQLException {
    Map<String, String> columns = new LinkedHashMap<>();
    String query = "DESCRIBE SELECT * FROM " + read(Sql.file(path), hivePartitioning);
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        columns.put(result.getString("column_name"), result.getString("column_type"));
      }
    }
    return columns;
  }

  private static DuckDbType storedType(Path path, String column, String typeText) {
    try {
      return DuckDbType.parse(typeText);
    } catch (IllegalArgumentException unknownForm) {
      throw new StepException(
          Failure.of(
                  FailureCode.TYPE_UNSUPPORTED,
                  "column '%s' has the type %s, which a table cannot have"
                      .formatted(column, typeText))
              .inFile(path.toString())
              .inColumn(column)
              .advise("name the other columns in 'columns'"));
    }
  }

  private static DuckDbType type(String column, DuckDbType stored, RecordedTypes recorded) {
    Recorded entry = recorded.columns().get(column);
    // Other programs copy metadata that they do not know into files with other columns.
    return entry != null
            && entry.stored().equals(stored)
            && Carrier.restores(entry.type(), entry.stored())
        ? entry.type()
        : stored;
  }

  private static RecordedTypes recordedTypes(Connection connection, Path path) throws SQLException {
    String query =
        "SELECT decode(value) FROM parquet_kv_metadata(%s) WHERE key = %s::BLOB"
            .formatted(Sql.file(path), Sql.literal(RecordedTypes.KEY));
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      return result.next() ? RecordedTypes.read(result.getString(1)) : RecordedTypes.NONE;
    } catch (IllegalArgumentException foreign) {
      return RecordedTypes.NONE;
    }
  }
}
