package dev.osiris.worker.duckdb;

import dev.osiris.step.OutputTable;
import dev.osiris.worker.disk.Durable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cell for SQL of a pipeline: sees the step's inputs read-only and its output, and can reach
 * nothing else and change no setting. It never becomes anything else again.
 *
 * <p>Opening an instance costs more than a small step, so one that has served a step without an
 * error serves the next one with the same limits. It is locked to a folder of its own, in which the
 * inputs of the step it serves appear as hard links and out of which the output is moved; between
 * steps the folder is empty, nothing is attached, and each step has a connection of its own. Where
 * files cannot be linked, inputs and output are attached before it is locked, and it serves once.
 */
final class LockedCell {

  private static final String VIEWS = Sql.name(":views");

  private static final String NOTHING_LEFT =
      "SELECT (SELECT count(*) FROM duckdb_databases() WHERE NOT internal) = 1"
          + " AND NOT EXISTS (FROM duckdb_tables()) AND NOT EXISTS (FROM duckdb_sequences())"
          + " AND NOT EXISTS (FROM duckdb_views() WHERE NOT internal)";

  private final Cell cell;
  private final @Nullable Path folder;
  private final List<String> catalogs = new ArrayList<>();
  private final List<Path> links = new ArrayList<>();
  private @Nullable Connection connection;
  private @Nullable Path output;
  private boolean failed;

  /** A file of the step could not appear in the cell's folder. */
  private static final class NotLinked extends Exception {
    private static final long serialVersionUID = 1;

    NotLinked(IOException cause) {
      super(cause);
    }
  }

  private LockedCell(Cell cell, @Nullable Path folder) {
    this.cell = cell;
    this.folder = folder;
  }

  /**
   * A cell of the stock with a step's files attached; the caller gives it back or discards it.
   *
   * @param output null for queries whose rows go to a person
   */
  static LockedCell open(CellStock stock, Share share, @Nullable Path output, InputRelations inputs)
      throws SQLException {
    if (stock.links()) {
      LockedCell reusable = stock.takeLocked(share);
      try {
        reusable.attach(output, inputs);
        return reusable;
      } catch (NotLinked e) {
        stock.withoutLinks(e);
        stock.discard(reusable.abandon());
      } catch (SQLException | RuntimeException e) {
        stock.discard(reusable.abandon());
        throw e;
      }
    }
    LockedCell once = new LockedCell(stock.take(share), null);
    try {
      once.attach(output, inputs);
      CellLock.lock(once.cell.keeper(), null);
      return once;
    } catch (NotLinked impossible) {
      throw new IllegalStateException(impossible);
    } catch (SQLException | RuntimeException e) {
      stock.discard(once.abandon());
      throw e;
    }
  }

  /** Locks a fresh cell to its folder. */
  static LockedCell lock(Cell cell) throws SQLException {
    try {
      CellLock.lock(cell.keeper(), cell.makeFolder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new LockedCell(cell, cell.folder());
  }

  Cell cell() {
    return cell;
  }

  /** The cell, to be closed with whatever its step has left in it. */
  Cell abandon() {
    Cell.closeQuietly(connection);
    return cell;
  }

  /** Where the step's queries run; closed by {@link #finish}. */
  Connection connection() {
    Connection current = connection;
    if (current == null) {
      throw new IllegalStateException("the cell serves no step");
    }
    return current;
  }

  /** What {@link #create} runs for a query that has passed the gate. */
  static QueryText statement(String table, String query) {
    return new QueryText("CREATE TABLE " + Tables.path(Cell.OUT, table) + " AS\n", query);
  }

  OutputTable create(String table, QueryText statement, Interrupter interrupter)
      throws SQLException {
    boolean done = false;
    try {
      interrupter.execute(connection(), statement.statement());
      OutputTable made = Tables.of(connection(), Cell.OUT, table);
      done = true;
      return made;
    } finally {
      failed |= !done;
    }
  }

  /** Something was wrong, whether or not the step goes on: the cell serves no other. */
  void fail() {
    failed = true;
  }

  /**
   * Whether nothing of a step is left. The gate and the lock let none leave anything; should both
   * have missed it, it must not reach the next one.
   */
  boolean isClean() throws SQLException, IOException {
    if (folder != null) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          return false;
        }
      }
    }
    try (Statement statement = cell.keeper().createStatement();
        ResultSet row = statement.executeQuery(NOTHING_LEFT)) {
      boolean nothing = row.next() && row.getBoolean(1);
      return nothing && !row.next();
    }
  }

  /**
   * Writes the output out, puts it in its place and lets go of all that belongs to the step. After
   * an error the cell serves no other.
   *
   * @return whether it can serve another step
   */
  boolean finish() throws SQLException {
    connection().close();
    connection = null;
    StringBuilder detach = new StringBuilder();
    catalogs.forEach(catalog -> detach.append("DETACH ").append(catalog).append(';'));
    cell.run(detach.toString());
    catalogs.clear();
    if (folder == null) {
      return false;
    }
    try {
      for (Path link : links) {
        Files.delete(link);
      }
      links.clear();
      Path target = output;
      if (target != null) {
        move(inFolder(folder, target), target);
        output = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !failed && !cell.spilled();
  }

  private void attach(@Nullable Path output, InputRelations inputs) throws SQLException, NotLinked {
    for (var file : inputs.catalogs().entrySet()) {
      cell.run(InputRelations.attach(linked(file.getKey()), file.getValue()));
      catalogs.add(Sql.name(file.getValue()));
    }
    if (output != null) {
      cell.attachOutput(folder == null ? output : inFolder(folder, output));
      catalogs.add(Sql.name(Cell.OUT));
      this.output = output;
    }
    connection = cell.connect();
    if (!inputs.catalogs().isEmpty()) {
      cell.run("ATTACH ':memory:' AS " + VIEWS);
      catalogs.add(VIEWS);
      Cell.run(connection, "USE " + VIEWS + ";" + inputs.views());
    }
  }

  private Path linked(Path input) throws NotLinked {
    if (folder == null) {
      return input;
    }
    Path link = inFolder(folder, input);
    try {
      Files.createLink(link, input);
    } catch (IOException | UnsupportedOperationException e) {
      throw new NotLinked(e instanceof IOException failed ? failed : new IOException(e));
    }
    links.add(link);
    return link;
  }

  private static void move(Path written, Path target) throws IOException {
    try {
      Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException otherDisk) {
      Files.move(written, target);
      Durable.force(target);
    }
  }

  private static Path inFolder(Path folder, Path file) {
    return folder.resolve(String.valueOf(file.getFileName()));
  }
}
