package dev.osiris.worker.duckdb;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A session directory with two published inputs, a neighbour that is none, files that nobody may
 * read, and cells over it. {@link #CANARY} is in every path and in everything foreign, and in
 * nothing that the step may read.
 */
final class CellFixture {
  static final String CANARY = "c4nary";

  /** What the step sees; {@code in_0}, {@code in_1} and {@code out} are names of the worker. */
  static final Relations VISIBLE =
      new Relations(
          Set.of("orders", "df_orders", "input_df", "größe 1.2"),
          Map.of("input_db", Set.of("main"), "shop", Set.of("customers", "items")));

  private static final List<String> ORDERS =
      List.of(
          "CREATE TABLE main(id INTEGER, customer_id INTEGER, amount DECIMAL(10, 2), status"
              + " VARCHAR, placed TIMESTAMP, tags VARCHAR[], meta JSON, address STRUCT(city"
              + " VARCHAR, zip VARCHAR), note VARCHAR, attrs MAP(VARCHAR, INTEGER))",
          "INSERT INTO main SELECT i, i % 3, i * 7.5, ['open', 'paid'][1 + i % 2], TIMESTAMP"
              + " '2024-01-01' + INTERVAL (i) DAY, ['a', 'b'], {'a': i, 'b': 'x', 'c': [1]},"
              + " {'city': 'Brno', 'zip': '60200'}, NULL, MAP {'k': i} FROM range(1, 6) r(i)");

  private static final List<String> SHOP =
      List.of(
          "CREATE TABLE customers AS SELECT i::INTEGER AS id, 'Name ' || i AS name FROM range(3)"
              + " r(i)",
          "CREATE TABLE items AS SELECT i::INTEGER AS order_id, 'sku' || i AS sku, 2 AS qty FROM"
              + " range(5) r(i)");

  private static final List<String> ATTACH =
      List.of(
          "ATTACH '{orders}' AS in_0 (READ_ONLY)",
          "ATTACH '{shop}' AS in_1 (READ_ONLY)",
          "ATTACH '{out}' AS out",
          "CREATE VIEW orders AS FROM in_0.main.main",
          "CREATE VIEW df_orders AS FROM in_0.main.main",
          "CREATE VIEW input_df AS FROM in_0.main.main",
          "CREATE SCHEMA input_db",
          "CREATE VIEW input_db.main AS FROM in_0.main.main",
          "CREATE SCHEMA shop",
          "CREATE VIEW shop.customers AS FROM in_1.main.customers",
          "CREATE VIEW shop.items AS FROM in_1.main.items",
          "CREATE VIEW \"größe 1.2\" AS SELECT 1 AS \"weiß\"");

  private final Path root;
  private final Path alias;
  private final AtomicInteger cells = new AtomicInteger();

  CellFixture(Path parent) throws IOException, SQLException {
    root = Files.createDirectories(parent.resolve("session_" + CANARY));
    alias = Files.createSymbolicLink(parent.resolve("session"), root);
    for (String directory : List.of("data", "tmp", "artifacts/other")) {
      Files.createDirectories(root.resolve(directory));
    }
    database("orders", ORDERS);
    database("shop", SHOP);
    database("neighbour", List.of("CREATE TABLE main AS SELECT '" + CANARY + "' AS secret"));
    Files.writeString(root.resolve("artifacts/other/rejects.csv"), "a,b\n1," + CANARY + "\n");
    Files.writeString(root.resolve("artifacts/other/rejects.json"), "[{\"a\":\"" + CANARY + "\"}]");
    Files.writeString(root.resolve("tmp/other.txt"), CANARY);
  }

  /** An open cell and the names it was built with. Closing it removes what it wrote. */
  record Cell(Connection connection, Path out, Path temp) implements AutoCloseable {
    /** As a step runs a query: a table of the output, the text as it is, one statement for it. */
    String materialise(String query) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        // Random queries may recurse for ever.
        statement.setQueryTimeout(10);
        statement.execute("CREATE OR REPLACE TABLE out.result AS\n" + query);
      }
      return rows("FROM out.result");
    }

    /** As an attacker without a gate would: whatever it is, with all of its results. */
    String rows(String sql) throws SQLException {
      StringBuilder text = new StringBuilder();
      try (Statement statement = connection.createStatement()) {
        if (statement.execute(sql)) {
          try (ResultSet rows = statement.getResultSet()) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next() && text.length() < 1_000_000) {
              for (int i = 1; i <= columns; i++) {
                text.append(rows.getString(i)).append('|');
              }
              text.append('\n');
            }
          }
        }
      }
      return text.toString();
    }

    @Override
    public void close() throws SQLException {
      connection.close();
      for (Path path : List.of(out, out.resolveSibling(out.getFileName() + ".wal"))) {
        delete(path);
      }
      if (Files.isDirectory(temp)) {
        list(temp).reversed().forEach(CellFixture::delete);
      }
    }
  }

  Cell open() throws SQLException {
    return open(1, 100_000_000);
  }

  Cell open(int threads, long memoryBytes) throws SQLException {
    return open(threads, memoryBytes, 1L << 30);
  }

  Cell open(int threads, long memoryBytes, long tempBytes) throws SQLException {
    String name = "cell" + cells.incrementAndGet();
    Path temp = root.resolve("tmp").resolve(name);
    Path out = root.resolve("data").resolve(name + ".tmp");
    Share share = new Share(new ByteSize(memoryBytes), threads, new ByteSize(tempBytes));
    Connection connection = dev.osiris.worker.duckdb.Cell.open(temp, share).keeper();
    Cell cell = new Cell(connection, out, temp);
    for (String sql : ATTACH) {
      cell.rows(fill(sql).replace("{out}", out.toString()));
    }
    CellLock.lock(connection, null);
    return cell;
  }

  /** Puts this session's paths, and what cannot stand in a text file, into an attack. */
  String fill(String sql) {
    return fill(sql, root);
  }

  /** The same with paths that do not spell the canary themselves. */
  String fillAliased(String sql) {
    return fill(sql, alias).replace("{temp}", alias.resolve("tmp/cell1").toString());
  }

  private static String fill(String sql, Path base) {
    return sql.replace("{orders}", base.resolve("data/orders.duckdb").toString())
        .replace("{shop}", base.resolve("data/shop.duckdb").toString())
        .replace("{neighbour}", base.resolve("data/neighbour.duckdb").toString())
        .replace("{csv}", base.resolve("artifacts/other/rejects.csv").toString())
        .replace("{json}", base.resolve("artifacts/other/rejects.json").toString())
        .replace("{tmp}", base.resolve("tmp").toString())
        .replace("{root}", base.toString())
        .replace("{kelvin}", "\u212A")
        .replace("{dotless}", "\u0131")
        .replace("{nbsp}", "\u00A0\u2003")
        .replace("{nul}", "\0")
        .replace("{surrogate}", "\uD800");
  }

  /** SHA-256 of every file that exists apart from cells. */
  Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    for (Path path : list(root)) {
      if (Files.isRegularFile(path) && !path.toString().contains("/cell")) {
        digests.put(root.relativize(path).toString(), digest(path));
      }
    }
    return digests;
  }

  private void database(String name, List<String> statements) throws SQLException {
    Path file = root.resolve("data/" + name + ".duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      for (String sql : statements) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(sql);
        }
      }
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(Path path) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
