package dev.osiris.worker.duckdb;

import dev.osiris.step.OutputTable;
import dev.osiris.worker.sandbox.Sparing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * All DuckDB instances of one worker: the engine, which runs the worker's own statements, and a
 * stock of cells, of which each step gets its own. Safe for use by several threads.
 */
public final class DuckDb implements AutoCloseable {

  /** How often long steps are sampled, and interrupted again until they have stopped. */
  private static final long WATCH_MILLIS = 100;

  private static final String CELLS = "cell-";

  private final Settings settings;
  private final Engine engine;
  private final SqlSerializer serializer;
  private final SqlGate gate;
  private final CellStock stock;
  private final Set<StepDatabase> live = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService watch;
  private final ScheduledFuture<?> watching;

  /**
   * How much there is to give.
   *
   * @param temporary folder of DuckDB's temporary files, inside the session and on disk; this class
   *     owns everything in it whose name begins with {@code cell-}
   * @param usual the share that most steps get; the stock is opened with it
   * @param stock cells to hold open in advance, each about 2.3 MiB
   */
  public record Settings(Path temporary, Share usual, int stock) {}

  /** Opens the engine, and begins to fill the stock in the background. */
  public DuckDb(Settings settings) throws SQLException, IOException {
    this.settings = settings;
    Files.createDirectories(settings.temporary());
    removeCells();
    this.engine = new Engine(settings.temporary().resolve("cell-engine"));
    this.serializer = SqlSerializer.open();
    this.gate = new SqlGate(serializer);
    this.stock =
        new CellStock(settings.temporary(), settings.usual().singleThreaded(), settings.stock());
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("osiris-duckdb-watch").factory());
    Runnable look = new Sparing(() -> live.forEach(StepDatabase::look), System::nanoTime);
    this.watching =
        watch.scheduleWithFixedDelay(
            () -> {
              live.forEach(StepDatabase::insist);
              look.run();
            },
            WATCH_MILLIS,
            WATCH_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** DuckDB's version, such as {@code v1.5.6}. */
  public String version() throws SQLException {
    return engine.version();
  }

  /**
   * Begins the DuckDB work of one attempt of a step. Cheap: instances come with the first use.
   *
   * @param output the file that the step's tables land in; it need not exist
   */
  public StepDatabase begin(Path output, InputRelations inputs, Share share) {
    StepDatabase database = new StepDatabase(this, output, inputs, share);
    live.add(database);
    return database;
  }

  /**
   * Reads what is in a finished DuckDB file.
   *
   * @return every table of its main schema; none when there are none
   * @throws dev.osiris.failure.StepException {@code INPUT_MISSING}; {@code DATA_CORRUPT} when it is
   *     no DuckDB file, damaged, cut short or left behind by a dead attempt; {@code
   *     STORAGE_VERSION}
   */
  public List<OutputTable> inspect(Path file) {
    return engine.inspect(file);
  }

  /**
   * Whether a pipeline's query may run in a cell.
   *
   * @throws dev.osiris.failure.StepException when it may not
   */
  void check(String query, InputRelations inputs) {
    try {
      gate.check(query, inputs.visible());
    } catch (SqlRefused refused) {
      throw DuckDbFailures.of(refused);
    }
  }

  /** Lets go of the instances that have served: the next session finds nothing of the last one. */
  public void renew() {
    stock.renew();
  }

  CellStock stock() {
    return stock;
  }

  void forget(StepDatabase database) {
    live.remove(database);
  }

  /** Interrupts what still runs and closes all instances. */
  @Override
  public void close() throws SQLException {
    live.forEach(StepDatabase::interrupt);
    watching.cancel(false);
    watch.shutdown();
    stock.close();
    serializer.close();
    engine.close();
    removeCells();
  }

  private void removeCells() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(settings.temporary(), CELLS + "*")) {
      left.forEach(Cell::deleteTree);
    } catch (NoSuchFileException gone) {
      // Where the host is gone, somebody else removes the folder as well.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
