package dev.osiris.worker.drivers.parquet;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.OutputTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs {@code filesystem.parquet_extractor}: one file or many into the table {@code main}. DuckDB
 * reads only the column chunks that are asked for.
 */
public final class ParquetExtractor implements Driver {

  @Override
  public String component() {
    return "filesystem.parquet_extractor";
  }

  @Override
  public void run(StepContext context) throws Exception {
    StepConfig config = context.config();
    boolean hivePartitioning = config.flag("hive_partitioning");
    Connection connection = context.open();
    Set<String> wanted =
        config.texts("columns").stream().map(Sql::key).collect(Collectors.toUnmodifiableSet());
    List<ParquetFile> files = new ArrayList<>();
    for (Path path : context.files().read(config.text("path"))) {
      files.add(ParquetFile.open(connection, path, wanted, hivePartitioning));
    }
    ParquetUnion union = ParquetUnion.of(files, config.texts("columns"));
    String query = union.query(hivePartitioning) + limit(config);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + Sql.name(OutputTable.MAIN) + " AS " + query);
    } catch (SQLException refused) {
      throw asFailure(refused, union, config.text("path"));
    }
    context.events().metric("files_read", files.size(), "files");
    context.events().metric("rows_read", rows(connection), "rows");
  }

  private static String limit(StepConfig config) {
    return config.optionalInteger("limit").map(rows -> " LIMIT " + rows).orElse("");
  }

  private static Exception asFailure(SQLException refused, ParquetUnion union, String path) {
    ReadError error = ReadError.of(refused);
    if (error.isConversion() && union.restores()) {
      return new StepException(
          Failure.of(
                  FailureCode.VALUE_INVALID,
                  "a value does not fit the type that the file records for its column")
              .inFile(path)
              .advise("the file was changed after Osiris wrote it; write it again"),
          refused);
    }
    return error.isDamage() ? ReadError.malformed(refused, path) : refused;
  }

  private static long rows(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT count(*) FROM " + Sql.name(OutputTable.MAIN))) {
      result.next();
      return result.getLong(1);
    }
  }
}
