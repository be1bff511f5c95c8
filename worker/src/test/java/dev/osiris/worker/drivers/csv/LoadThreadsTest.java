package dev.osiris.worker.drivers.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadThreadsTest {

  @ParameterizedTest(name = "{0} GB of {1} columns in {2}")
  @CsvSource({
    "0.2, 7, 240MB, 2",
    "8, 7, 240MB, 1",
    "8, 7, 4GB, 2",
    "1, 100, 240MB, 1",
    "0, 0, 75MB, 2",
  })
  void largeFiles_areLoadedByOneThread_whereMemoryIsSmall(
      double gigabytes, int columns, String memory, int threads) throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("threads", "2");
    settings.setProperty("memory_limit", memory);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
        Statement statement = connection.createStatement()) {
      LoadThreads.choose(connection, (long) (gigabytes * 1e9), columns);
      try (ResultSet row = statement.executeQuery("SELECT current_setting('threads')::INTEGER")) {
        row.next();
        assertThat(row.getInt(1)).isEqualTo(threads);
      }
    }
  }
}
