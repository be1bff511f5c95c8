package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.database.Sakila;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every table of Sakila goes from MariaDB to PostgreSQL and back, and none changes. */
@ExtendWith(LeakCheck.class)
class SakilaCopyIT {

  @TempDir Path folder;

  @Test
  void everyTable_hasTheSameChecksum_afterItsWayFromMariaDbToPostgreSqlAndBack() throws Exception {
    try (Database source = MariaDbServer.shared().newDatabase();
        Database target = PostgresServer.shared().newDatabase();
        Database back = MariaDbServer.shared().newDatabase()) {
      Sakila.load(source);
      TreeSet<String> tables = new TreeSet<>(Sakila.ROWS.keySet());
      tables.add("film_text");

      copy(tables, source, "mysql", target, "postgres");

      Map<String, String> before = checksums(source, tables);
      assertThat(before.values()).doesNotHaveDuplicates().hasSize(16);
      assertThat(checksums(target, tables)).containsExactlyEntriesOf(before);

      copy(tables, target, "postgres", back, "mysql");

      assertThat(checksums(back, tables)).containsExactlyEntriesOf(before);
    }
  }

  private void copy(
      Iterable<String> tables, Database source, String from, Database target, String to) {
    Project project = Project.in(folder);
    project.file(
        "osiris_connections.yaml",
        """
        version: 1
        connections:
          %s: {source: {default: true, dsn: "${SOURCE_DSN}"}}
          %s: {target: {default: true, dsn: "${TARGET_DSN}"}}
        """
            .formatted(from, to));
    StringBuilder steps = new StringBuilder();
    for (String table : tables) {
      steps.append(
          """
          - {id: "read-%1$s", component: %2$s.extractor, mode: read, needs: [], config: {table: %1$s}}
          - id: "write-%1$s"
            component: %3$s.writer
            mode: write
            needs: ["read-%1$s"]
            config: {table: %1$s, create_if_missing: true}
          """
              .formatted(table, from, to));
    }
    new Cli()
        .in(project.folder())
        .with("SOURCE_DSN", dsn(from, source))
        .with("TARGET_DSN", dsn(to, target))
        .run(project.arguments(project.pipeline(steps.toString())))
        .succeeded();
  }

  private static String dsn(String family, Database database) {
    return "%s://%s:%s@%s/%s"
        .formatted(
            family.equals("postgres") ? "postgresql" : family,
            database.user(),
            database.password(),
            database.server().address(),
            database.name());
  }

  /** SHA-256 of each table's rows, in which values are texts that both servers can write. */
  private static Map<String, String> checksums(Database database, Iterable<String> tables)
      throws SQLException, NoSuchAlgorithmException {
    Map<String, String> sums = new TreeMap<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      boolean postgres = database.server() instanceof PostgresServer;
      statement.execute(postgres ? "SET TimeZone = 'UTC'" : "SET time_zone = '+00:00'");
      for (String table : tables) {
        List<String> columns = columns(statement, table, postgres);
        List<String> lines =
            lines(statement, "SELECT " + String.join(", ", columns) + " FROM " + table);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        // Sorted here: the servers' collations differ.
        lines.stream()
            .sorted()
            .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
        sums.put(table, lines.size() + " " + HexFormat.of().formatHex(digest.digest()));
      }
    }
    return sums;
  }

  /** An expression for each column, in the order of their names. */
  private static List<String> columns(Statement statement, String table, boolean postgres)
      throws SQLException {
    Map<String, String> expressions = new TreeMap<>();
    String catalog =
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '"
            + table
            + "' AND table_schema = "
            + (postgres ? "'public'" : "DATABASE()");
    try (ResultSet columns = statement.executeQuery(catalog)) {
      while (columns.next()) {
        String name = columns.getString(1);
        expressions.put(
            name,
            postgres
                ? inPostgres(name, columns.getString(2))
                : inMariaDb(name, columns.getString(2)));
      }
    }
    return List.copyOf(expressions.values());
  }

  private static String inPostgres(String name, String type) {
    return switch (type) {
      case "bytea" -> "upper(encode(" + name + ", 'hex'))";
      case "timestamp with time zone", "timestamp without time zone" ->
          "to_char(" + name + ", 'YYYY-MM-DD HH24:MI:SS.US')";
      case "boolean" -> name + "::int::text";
      default -> name + "::text";
    };
  }

  private static String inMariaDb(String name, String type) {
    return switch (type) {
      case "geometry", "point" -> "HEX(ST_AsWKB(" + name + "))";
      case "timestamp", "datetime" -> "DATE_FORMAT(" + name + ", '%Y-%m-%d %H:%i:%s.%f')";
      case "blob", "longblob" -> "HEX(" + name + ")";
      default -> "CAST(" + name + " AS CHAR)";
    };
  }

  private static List<String> lines(Statement statement, String query) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          String text = rows.getString(column);
          values.add(text == null ? "\\N" : text.replace("\\", "\\\\").replace("|", "\\|"));
        }
        lines.add(values.stream().collect(Collectors.joining("|", "", "\n")));
      }
    }
    return lines;
  }
}
