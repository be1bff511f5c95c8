package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.step.StepId;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one step leaves to the next in a cell that serves both: nothing. */
class LockedCellTest {

  @TempDir Path root;
  private Sandbox sandbox;
  private InputRelations.Source first;
  private InputRelations.Source second;

  @BeforeEach
  void open() throws Exception {
    sandbox = new Sandbox(root, Sandbox.SHARE, 2);
    first = sandbox.sql("first", "SELECT 'of the first' AS secret");
    second = sandbox.sql("second", "SELECT 'of the second' AS own");
  }

  @AfterEach
  void close() throws Exception {
    sandbox.close();
  }

  @Test
  void oneCell_servesStepAfterStep() throws Exception {
    for (int step = 0; step < 20; step++) {
      sandbox.sql("step", "SELECT * FROM first", first);
    }
    // A few: one at work, others that are being looked at or closed.
    assertThat(folders()).hasSizeBetween(1, 8);
  }

  @Test
  void cell_whoseQueryFailed_servesNoOther_whateverTheStepDoesNext() throws Exception {
    Path output = StepFile.begin(sandbox.data, new StepId("step"), "1").path();
    InputRelations inputs = InputRelations.of(List.of(first));
    LockedCell cell = LockedCell.open(sandbox.duckdb.stock(), Sandbox.SHARE, output, inputs);
    QueryText wrong = LockedCell.statement("main", "SELECT secret::INTEGER AS n FROM first");
    QueryText right = LockedCell.statement("main", "SELECT secret FROM first");

    assertThatThrownBy(() -> cell.create("main", wrong, new Interrupter()))
        .isInstanceOf(SQLException.class);
    // As when a driver swallows the error.
    assertThat(cell.create("main", right, new Interrupter()).rows()).isEqualTo(1);

    assertThat(cell.finish()).isFalse();
    assertThat(output).exists();
    sandbox.duckdb.stock().discard(cell.abandon());
    assertThat(cell.cell().folder()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM read_blob('{data}/first.duckdb')",
        "FROM read_blob('{data}/second.duckdb')",
        "FROM glob('{data}/*')",
        "ATTACH '{data}/first.duckdb' AS x",
        "ATTACH '{folder}/first.duckdb' AS x (READ_ONLY)",
        "FROM \":in0\".main.main SELECT secret",
        "FROM first",
        "COPY (SELECT 1) TO '{data}/x.csv'",
        "FROM left_behind",
        "SET threads = 2",
        "SET allowed_directories = ['/']",
        "SET enable_external_access = true",
      })
  void secondStep_reachesNothingOfTheFirst_evenWithoutTheGate(String attempt) throws Exception {
    LockedCell cell = open(first);
    Path folder = cell.cell().folder();
    // All that a query without a gate could leave behind.
    execute(cell, "SET VARIABLE left_behind = 1");
    execute(cell, "CREATE TEMP TABLE left_behind AS SELECT 1");
    assertThat(cell.finish()).isTrue();
    sandbox.duckdb.stock().giveBack(cell);

    LockedCell again = afterALook(cell);

    assertThat(again.cell()).isSameAs(cell.cell());
    assertThat(folder).isDirectoryNotContaining("glob:**/first*");
    String sql =
        attempt.replace("{data}", sandbox.data.toString()).replace("{folder}", "" + folder);
    assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(again, sql));
    assertThat(value(again, "SELECT own FROM second")).isEqualTo("of the second");
    assertThat(value(again, "SELECT getvariable('left_behind')")).isNull();
    assertThat(value(again, "SELECT count(*) FROM duckdb_databases() WHERE NOT internal"))
        .as("its input, the views, and DuckDB's own")
        .isEqualTo("3");
    sandbox.duckdb.stock().discard(again.abandon());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE memory.main.kept AS SELECT 1",
        "CREATE VIEW memory.main.kept AS SELECT 1",
        "CREATE SEQUENCE memory.main.kept",
        "ATTACH ':memory:' AS kept",
        "COPY (SELECT 1) TO '{folder}/kept.csv'",
      })
  void cell_inWhichSomethingIsLeft_servesNoOther(String leave) throws Exception {
    LockedCell cell = open(first);
    execute(cell, leave.replace("{folder}", cell.cell().folder().toString()));
    assertThat(cell.finish()).isTrue();
    sandbox.duckdb.stock().giveBack(cell);

    LockedCell next = afterALook(cell);

    assertThat(next.cell()).isNotSameAs(cell.cell());
    sandbox.duckdb.stock().discard(next.abandon());
  }

  @Test
  void input_staysAsItWas_whenTheCellIsDone() throws Exception {
    byte[] before = Files.readAllBytes(first.file());
    sandbox.sql("step", "SELECT * FROM first", first);
    assertThat(Files.readAllBytes(first.file())).isEqualTo(before);
    assertThat(Files.getAttribute(first.file(), "unix:nlink")).isEqualTo(1);
  }

  @Test
  void whereFilesCannotBeLinked_eachQueryHasACellOfItsOwn() throws Exception {
    sandbox.duckdb.stock().withoutLinks(new Exception(new FileSystemException("not permitted")));
    for (int step = 0; step < 3; step++) {
      sandbox.sql("step" + step, "SELECT * FROM first", first);
    }
    assertThat(sandbox.data.resolve("step2.duckdb")).exists();
    LockedCell cell = open(second);
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> execute(cell, "FROM read_blob('" + first.file() + "')"));
    assertThat(cell.finish()).isFalse();
    sandbox.duckdb.stock().discard(cell.abandon());
  }

  private LockedCell open(InputRelations.Source input) throws SQLException {
    return LockedCell.open(
        sandbox.duckdb.stock(), Sandbox.SHARE, null, InputRelations.of(List.of(input)));
  }

  /** The cell that serves next, once the one that was given back has been looked at. */
  private LockedCell afterALook(LockedCell givenBack) throws Exception {
    for (int i = 0; i < 50; i++) {
      LockedCell next = open(second);
      if (next.cell().equals(givenBack.cell())) {
        return next;
      }
      sandbox.duckdb.stock().discard(next.abandon());
      Thread.sleep(10);
    }
    return open(second);
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> files = Files.list(sandbox.temporary)) {
      return files.filter(file -> file.toString().endsWith(".files")).toList();
    }
  }

  private static void execute(LockedCell cell, String sql) throws SQLException {
    value(cell, sql);
  }

  private static String value(LockedCell cell, String sql) throws SQLException {
    Connection connection = cell.connection();
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet rows = statement.getResultSet()) {
        return rows.next() ? rows.getString(1) : "";
      }
    }
  }
}
