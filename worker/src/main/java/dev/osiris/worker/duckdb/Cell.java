package dev.osiris.worker.duckdb;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One in-memory DuckDB instance, used by one step at a time: limits, external access and the lock
 * are global to an instance and the lock is never undone.
 *
 * <p>Safe for use by several threads, each with a {@link #connect} of its own.
 */
final class Cell implements AutoCloseable {

  /** The catalog of a step's output; no pipeline can write this name. */
  static final String OUT = ":out";

  private static final Logger LOG = LoggerFactory.getLogger(Cell.class);
  private static final String URL = "jdbc:duckdb:";

  // One row a kind of memory; DuckDB takes longer to plan a sum than to answer.
  private static final String USAGE =
      "SELECT memory_usage_bytes, temporary_storage_bytes FROM duckdb_memory()";

  private final DuckDBConnection keeper;
  private final Path temporary;
  private Share share;

  // Of the thread that works with the instance. Kept, because preparing takes twice as long as
  // asking.
  private @Nullable PreparedStatement question;

  // Of whoever looks from outside meanwhile. Guarded by looking.
  private @Nullable Connection outside;
  private @Nullable PreparedStatement questionOutside;
  private boolean closed;
  private final ReentrantLock looking = new ReentrantLock();

  private Cell(DuckDBConnection keeper, Path temporary, Share share) {
    this.keeper = keeper;
    this.temporary = temporary;
    this.share = share;
  }

  /**
   * Opens an instance.
   *
   * @param temporary where it spills to; made by DuckDB when it does, removed when it is closed. A
   *     locked cell can read and write everything in it, so it must not exist yet
   */
  static Cell open(Path temporary, Share share) throws SQLException {
    if (Files.exists(temporary)) {
      throw new IllegalArgumentException(
          "a cell's temporary directory is made by DuckDB: " + temporary);
    }
    Properties properties = new Properties();
    properties.setProperty("threads", Integer.toString(share.threads()));
    properties.setProperty("memory_limit", bytes(share.memory()));
    properties.setProperty("temp_directory", temporary.toString());
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("allow_community_extensions", "false");
    // Else the secret manager looks into the home directory, and its error names it.
    properties.setProperty("allow_persistent_secrets", "false");
    // The type of an error is only in this form of its message.
    properties.setProperty("errors_as_json", "true");
    // Else letting go of a file merges the row groups that two threads have made, which writes a
    // new table again as a whole: twice the file, and half of the time (measured with 1.5.6).
    properties.setProperty("max_vacuum_tasks", "0");
    // Else the driver holds a whole result in memory.
    properties.setProperty("jdbc_stream_results", "true");
    DuckDBConnection keeper =
        DriverManager.getConnection(URL, properties).unwrap(DuckDBConnection.class);
    try {
      // As a property, the cap is shown and not kept (measured with 1.5.6).
      run(
          keeper,
          "SET GLOBAL TimeZone = 'UTC'; SET GLOBAL Calendar = 'gregorian'; SET max_temp_directory_size = '"
              + bytes(share.spill())
              + "'");
    } catch (SQLException e) {
      closeQuietly(keeper);
      throw e;
    }
    return new Cell(keeper, temporary, share);
  }

  /** Changes the limits, where they differ. */
  void limit(Share wanted) throws SQLException {
    StringBuilder statements = new StringBuilder();
    if (!wanted.memory().equals(share.memory())) {
      statements.append("SET memory_limit = '").append(bytes(wanted.memory())).append("';");
    }
    if (wanted.threads() != share.threads()) {
      statements.append("SET threads = ").append(wanted.threads()).append(';');
    }
    if (!wanted.spill().equals(share.spill())) {
      statements
          .append("SET max_temp_directory_size = '")
          .append(bytes(wanted.spill()))
          .append("';");
    }
    if (!statements.isEmpty()) {
      run(statements.toString());
      share = wanted;
    }
  }

  Share share() {
    return share;
  }

  /** The connection that keeps the instance alive; for statements that the worker wrote. */
  Connection keeper() {
    return keeper;
  }

  /** Another connection; the instance lives until the last one is closed. */
  Connection connect() throws SQLException {
    return keeper.duplicate();
  }

  /**
   * Attaches the file that a step's tables land in. It has no write-ahead log: until it is
   * published it is worth nothing, and a small table would be written and synced twice.
   */
  void attachOutput(Path output) throws SQLException {
    run(
        "ATTACH "
            + Sql.path(output)
            + " AS "
            + Sql.name(OUT)
            + " (TYPE duckdb, RECOVERY_MODE no_wal_writes)");
  }

  /** Writes the output out and lets go of it. */
  void detachOutput() throws SQLException {
    run("DETACH " + Sql.name(OUT));
  }

  /** Runs statements that the worker wrote. */
  void run(String statements) throws SQLException {
    run(keeper, statements);
  }

  static void run(Connection connection, String statements) throws SQLException {
    if (statements.isEmpty()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  /** A folder of its own, beside the temporary directory and gone with it. */
  Path folder() {
    return temporary.resolveSibling(temporary.getFileName() + ".files");
  }

  Path makeFolder() throws IOException {
    return Files.createDirectories(folder());
  }

  /** What the instance holds now, from any thread; nothing when it is being closed. */
  Usage usage() {
    looking.lock();
    try {
      if (closed) {
        return Usage.NONE;
      }
      if (outside == null) {
        outside = connect();
      }
      if (questionOutside == null) {
        questionOutside = outside.prepareStatement(USAGE);
      }
      return usage(questionOutside);
    } catch (SQLException unwell) {
      return Usage.NONE;
    } finally {
      looking.unlock();
    }
  }

  /** The same on the thread that works with the instance, which waits for nobody. */
  Usage ownUsage() {
    try {
      PreparedStatement known = question;
      if (known == null) {
        known = keeper.prepareStatement(USAGE);
        question = known;
      }
      return usage(known);
    } catch (SQLException interrupted) {
      return Usage.NONE;
    }
  }

  private static Usage usage(PreparedStatement question) throws SQLException {
    long held = 0;
    long spilled = 0;
    try (ResultSet row = question.executeQuery()) {
      while (row.next()) {
        held += row.getLong(1);
        spilled += row.getLong(2);
      }
    }
    return new Usage(held, spilled);
  }

  /** Whether it has left files that closing it has to remove. */
  boolean spilled() {
    return Files.exists(temporary);
  }

  /** Ends the instance and everything attached to it, and removes what it has left on the disk. */
  @Override
  public void close() throws SQLException {
    try {
      endLooking();
      keeper.close();
    } finally {
      deleteTree(temporary);
      deleteTree(folder());
    }
  }

  private void endLooking() throws SQLException {
    looking.lock();
    try {
      closed = true;
      if (questionOutside != null) {
        questionOutside.close();
      }
      if (outside != null) {
        outside.close();
      }
    } finally {
      looking.unlock();
    }
  }

  static void deleteTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              // DuckDB removes its own temporary files too.
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
                throws IOException {
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void closeQuietly(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.warn("cannot close a connection", e);
    }
  }

  private static String bytes(ByteSize size) {
    return size.bytes() + "B";
  }
}
