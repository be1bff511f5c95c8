package dev.osiris.worker.duckdb;

import dev.osiris.driver.RowReader;
import dev.osiris.driver.RowSource;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.OutputTable;
import dev.osiris.worker.disk.Durable;
import dev.osiris.worker.duckdb.vector.ChunkRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DuckDB work of one attempt of a step: three ways to make tables, all landing in one file.
 *
 * <p>Code of the worker and of drivers works in a trusted cell, SQL of a pipeline in a locked one;
 * only one of them has the output file open. Safe for use by several threads; {@link #write} and
 * {@link #sql} take turns. Close it also after {@link #finish}.
 */
public final class StepDatabase implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StepDatabase.class);

  private final DuckDb duckdb;
  private final Path output;
  private final InputRelations inputs;
  private final Share share;
  private final Interrupter interrupter = new Interrupter();
  private final ReentrantLock operations = new ReentrantLock();

  // Written under operations.
  private final List<OutputTable> made = new ArrayList<>();
  private volatile @Nullable TrustedCell trusted;
  private volatile @Nullable LockedCell locked;
  private volatile boolean driverWrites;

  private final AtomicReference<Usage> usage = new AtomicReference<>(Usage.NONE);

  StepDatabase(DuckDb duckdb, Path output, InputRelations inputs, Share share) {
    this.duckdb = duckdb;
    this.output = output;
    this.inputs = inputs;
    this.share = share;
  }

  /**
   * The connection for statements of the driver's own; see {@link
   * dev.osiris.driver.StepContext#open}. Results are streamed: the next statement on the connection
   * ends the one before, and one that is not read to its end keeps its transaction open until then.
   *
   * @throws StepInterrupted when the step was asked to stop
   */
  public Connection open() throws SQLException {
    driverWrites = true;
    TrustedCell cell = trusted;
    if (cell == null) {
      operations.lock();
      try {
        cell = trusted();
      } finally {
        operations.unlock();
      }
    }
    try {
      return cell.driver();
    } catch (SQLException e) {
      throw translated(e, null);
    }
  }

  /** As {@link #write(String, List)}, from one source. */
  public long write(String table, RowSource source) throws SQLException {
    return write(table, List.of(source));
  }

  /**
   * Makes a table from rows that Java brings. The caller closes the sources.
   *
   * @return rows written
   * @throws StepException {@code VALUE_INVALID} when a value does not fit its column's type, {@code
   *     DRIVER_DEFECT} when the source breaks its rules, and resources that ran out
   * @throws StepInterrupted when the step was asked to stop
   */
  public long write(String table, List<? extends RowSource> sources) throws SQLException {
    operations.lock();
    try (RowLoad load = new RowLoad(sources, interrupter)) {
      return load(
          load,
          cell -> {
            cell.create(table, load);
            made.add(new OutputTable(table, load.rows(), cell.columns(table)));
          });
    } finally {
      operations.unlock();
    }
  }

  /**
   * Adds rows to the end of a table, in their order and in one transaction; makes it when it is not
   * there. The caller closes the source.
   *
   * @return rows added
   * @throws StepException as {@link #write} does; the table is then as it was before
   * @throws StepInterrupted when the step was asked to stop
   */
  public long append(String table, RowSource source) throws SQLException {
    operations.lock();
    try (RowLoad load = new RowLoad(List.of(source), interrupter)) {
      OutputTable before =
          made.stream().filter(output -> output.name().equals(table)).findFirst().orElse(null);
      return load(
          load,
          cell -> {
            if (before == null) {
              cell.create(table, load);
              made.add(new OutputTable(table, load.rows(), cell.columns(table)));
            } else {
              cell.append(table, load);
              made.remove(before);
              made.add(new OutputTable(table, before.rows() + load.rows(), before.columns()));
            }
          });
    } finally {
      operations.unlock();
    }
  }

  /** What a load does in the cell that has the output open. */
  private interface Loading {
    void into(TrustedCell cell) throws SQLException;
  }

  private long load(RowLoad load, Loading loading) throws SQLException {
    try {
      interrupter.check();
      loading.into(trusted());
      return load.rows();
    } catch (SQLException e) {
      Throwable thrown = load.thrown();
      if (thrown != null && !interrupter.interrupted()) {
        StepDatabase.<RuntimeException>throwAsItself(thrown);
      }
      throw UnfittingValue.named(translated(e, null), e, load.columns());
    }
  }

  /**
   * Reads rows of a driver's own query; see {@link dev.osiris.driver.StepContext#read}.
   *
   * @throws StepException {@code TYPE_UNSUPPORTED}, and what the query fails with
   */
  public RowReader read(String query) throws SQLException {
    Connection connection = open();
    try {
      return ChunkRows.of(connection.prepareStatement(query).unwrap(DuckDBPreparedStatement.class));
    } catch (SQLException e) {
      throw translated(e, null);
    }
  }

  /** Runs an action once when the step is asked to stop. */
  public void whenInterrupted(Runnable action) {
    interrupter.whenInterrupted(action);
  }

  /**
   * Makes a table from a pipeline's query: one SELECT over the inputs.
   *
   * @return rows written
   * @throws StepException {@code SQL_SYNTAX}, {@code SQL_REFUSED}, {@code SQL_UNRESOLVED}, {@code
   *     SQL_VALUE}, and resources that ran out
   * @throws StepInterrupted when the step was asked to stop
   */
  public long sql(String table, String query) throws SQLException {
    operations.lock();
    QueryText statement = LockedCell.statement(table, query);
    try {
      interrupter.check();
      duckdb.check(query, inputs);
      InputSeal seal = InputSeal.of(inputs.catalogs().keySet());
      OutputTable result =
          trusted == null
              ? create(table, query, statement, seal)
              : createBeside(table, statement, seal);
      made.add(result);
      return result.rows();
    } catch (SQLException e) {
      throw translated(e, statement);
    } finally {
      operations.unlock();
    }
  }

  /**
   * Writes the output file out and lets go of it: it is then whole and may be published.
   *
   * @return its tables in the order of their names; none when the step made none, whether or not
   *     there is a file
   * @throws StepException what {@link DuckDb#inspect} throws, when a driver wrote the file
   */
  public List<OutputTable> finish() {
    operations.lock();
    try {
      interrupter.check();
      release();
      if (!Files.exists(output)) {
        return List.of();
      }
      if (driverWrites || made.isEmpty()) {
        // It need not be DuckDB that has written it.
        Durable.force(output);
        return duckdb.inspect(output);
      }
      return made.stream().sorted(Comparator.comparing(OutputTable::name)).toList();
    } catch (SQLException e) {
      throw translated(e, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      operations.unlock();
    }
  }

  /** Stops whatever runs, now and from now on. Returns at once; from any thread. */
  public void interrupt() {
    interrupter.interrupt();
  }

  /** What has been used so far. */
  public Usage usage() {
    return usage.get();
  }

  /** Closes the instances and removes their temporary directories. */
  @Override
  public void close() {
    duckdb.forget(this);
    operations.lock();
    try {
      TrustedCell code = trusted;
      LockedCell query = locked;
      trusted = null;
      locked = null;
      if (code != null) {
        duckdb.stock().discard(code.abandon());
      }
      if (query != null) {
        duckdb.stock().discard(query.abandon());
      }
    } finally {
      operations.unlock();
    }
  }

  /** Called a few times a second. */
  void look() {
    TrustedCell code = trusted;
    LockedCell query = locked;
    if (code != null) {
      look(code.cell().usage());
    }
    if (query != null) {
      look(query.cell().usage());
    }
  }

  /** What was asked to stop and has not is asked again. */
  void insist() {
    interrupter.repeat();
  }

  private void look(Usage now) {
    usage.accumulateAndGet(now, Usage::max);
  }

  private TrustedCell trusted() throws SQLException {
    TrustedCell cell = trusted;
    if (cell == null) {
      release();
      cell =
          TrustedCell.open(duckdb.stock().take(share), output, inputs, interrupter, duckdb.stock());
      trusted = cell;
    }
    return cell;
  }

  private LockedCell locked(Share limits) throws SQLException {
    LockedCell cell = locked;
    if (cell == null) {
      cell = LockedCell.open(duckdb.stock(), limits, output, inputs);
      locked = cell;
    }
    return cell;
  }

  /** Lets go of the output. */
  private void release() throws SQLException {
    LockedCell query = locked;
    if (query != null) {
      look(query.cell().ownUsage());
      boolean reusable = query.finish();
      locked = null;
      letGo(query, reusable);
    }
    TrustedCell code = trusted;
    if (code != null) {
      look(code.cell().ownUsage());
      code.finish();
      trusted = null;
      duckdb.stock().retire(code.cell());
    }
  }

  private OutputTable create(String table, String query, QueryText statement, InputSeal seal)
      throws SQLException {
    LockedCell cell = locked(QueryThreads.fitting(share, inputs, query));
    OutputTable result = cell.create(table, statement, interrupter);
    check(seal, cell);
    return result;
  }

  private static void check(InputSeal seal, LockedCell cell) {
    try {
      seal.check();
    } catch (StepException changed) {
      cell.fail();
      throw changed;
    }
  }

  private void letGo(LockedCell cell, boolean reusable) {
    // An interrupt that came too late for this step must not reach the next one.
    if (reusable && !interrupter.interrupted()) {
      duckdb.stock().giveBack(cell);
    } else {
      duckdb.stock().retire(cell.abandon());
    }
  }

  /** Runs a query while a driver has the output open: into a file of its own, then copied. */
  private OutputTable createBeside(String table, QueryText statement, InputSeal seal)
      throws SQLException {
    Path beside = output.resolveSibling(output.getFileName() + ".sql.tmp");
    try {
      Files.deleteIfExists(beside);
      LockedCell query = LockedCell.open(duckdb.stock(), share, beside, inputs);
      boolean reusable = false;
      OutputTable result;
      try {
        result = query.create(table, statement, interrupter);
        check(seal, query);
        reusable = query.finish();
      } finally {
        letGo(query, reusable);
      }
      trusted().copy(beside, table);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deleteQuietly(beside);
    }
  }

  private RuntimeException translated(SQLException exception, @Nullable QueryText statement) {
    if (interrupter.interrupted()) {
      return new StepInterrupted();
    }
    return DuckDbFailures.of(exception, share, statement)
        .orElseGet(() ->
            new StepException(
                Failure.of(FailureCode.INTERNAL_ERROR, "DuckDB's JDBC driver has failed"),
                exception));
  }

  /** Lets a checked exception of a row source through methods that do not declare it. */
  @SuppressWarnings("unchecked")
  static <E extends Throwable> void throwAsItself(Throwable thrown) throws E {
    throw (E) thrown;
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(StepFile.logOf(file));
    } catch (IOException e) {
      // What dead attempts leave is removed when the session is opened again.
      LOG.warn("cannot remove {}", file.getFileName(), e);
    }
  }
}
