package bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * The program of {@link PlainDuckDb}: statements of a file (one a line) in one DuckDB process, with a file database. Prints the
 * milliseconds of all of them, opening and closing the database included.
 */
final class PlainStatements {

  private PlainStatements() {}

  /** Arguments: statements file, database file, threads, memory limit ({@code -} for DuckDB's default), temporary directory. */
  public static void main(String[] args) throws Exception {
    List<String> statements = Files.readAllLines(Path.of(args[0]));
    Properties settings = new Properties();
    settings.put("threads", args[2]);
    if (!args[3].equals("-")) {
      settings.put("memory_limit", args[3]);
    }
    settings.put("temp_directory", args[4]);
    DriverManager.getConnection("jdbc:duckdb:").close(); // The library's load is start-up.
    long start = System.nanoTime();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + args[1], settings)) {
      for (String sql : statements) {
        long one = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
          statement.execute(sql);
        }
        System.err.printf("%.0f ms: %s%n", (System.nanoTime() - one) / 1e6, sql.substring(0, Math.min(60, sql.length())));
      }
    }
    System.out.println((System.nanoTime() - start) / 1e6);
  }
}
