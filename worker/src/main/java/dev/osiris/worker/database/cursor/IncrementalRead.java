package dev.osiris.worker.database.cursor;

import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.FailureOwner;
import dev.osiris.failure.StepException;
import dev.osiris.step.StepState;
import dev.osiris.unit.DurationText;
import dev.osiris.worker.database.inspect.ListedRows;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads, in the order of a cursor, what is new since the last run.
 *
 * <p>Rows are committed chunk by chunk, each in one transaction of DuckDB. The watermark is not
 * written beside them: it is what the last committed row has in the cursor's columns, so the two
 * cannot differ, and nothing but rows is published. When the server is lost, another session goes
 * on after that row. The end stays where it was: a row that was changed meanwhile, and is in the
 * table as it was, lies beyond the end and comes in the next run, so no row comes twice.
 *
 * <p>Used once, by one thread.
 */
public final class IncrementalRead {

  private static final String TABLE = "main";

  /** Losses without a chunk between them, of which one more ends the step. */
  private static final int MOST_LOSSES = 6;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  private final StepContext context;
  private final CursorConfig config;
  private final Function<StepEvents, CursorSession> server;
  private final Duration firstPause;

  private @Nullable CursorSession session;
  private Optional<Watermark> read = Optional.empty();
  private long rows;
  private long bytes;
  private int losses;

  /**
   * @param server gives a new session each time, which tells its progress to these events
   */
  public IncrementalRead(
      StepContext context, CursorConfig config, Function<StepEvents, CursorSession> server) {
    this(context, config, server, FIRST_PAUSE);
  }

  /**
   * @param firstPause before the server is asked again; it doubles with each loss
   */
  IncrementalRead(
      StepContext context,
      CursorConfig config,
      Function<StepEvents, CursorSession> server,
      Duration firstPause) {
    this.context = context;
    this.config = config;
    this.server = server;
    this.firstPause = firstPause;
  }

  /**
   * Makes the table {@code main} of the new rows, and keeps how far it has read.
   *
   * @throws StepException {@code CONFIG_INVALID} when the last run has read something else, {@code
   *     VALUE_INVALID} for rows that have no place in the order, {@code CONNECTION_FAILED} when the
   *     server stays away
   */
  public void run() throws SQLException {
    try {
      CursorSession first = server.apply(context.events());
      session = first;
      CursorState state = CursorState.of(first);
      read = begin(state);
      CursorSpan span = CursorSpan.of(config, first, read);
      if (span.end().isEmpty()) {
        context.append(TABLE, new ListedRows(span.columns(), List.of()));
      } else {
        while (!readOn(span)) {
          context.events().event("reading_resumed", Map.of("rows_before", Long.toString(rows)));
        }
      }
      read.ifPresent(last -> context.keepState(state.readTo(last)));
    } finally {
      letGo();
    }
    context.events().metric("rows_read", rows, "rows");
    context.events().metric("bytes_read", bytes, "bytes");
  }

  /** After which row this run begins. */
  private Optional<Watermark> begin(CursorState state) {
    Optional<StepState> last = context.state();
    if (last.isPresent() && !state.choosesAs(last.get())) {
      context
          .events()
          .log(
              StepEvents.Level.WARN,
              "the query, or what decides which rows are read, is another one than in the last run;"
                  + " rows before the end of that one are not read again: --full-refresh reads all");
    }
    return last.map(left -> state.watermark(context.stepId(), left));
  }

  /** Reads until all is read, or until the server is lost: false then. */
  private boolean readOn(CursorSpan span) throws SQLException {
    try {
      readChunks(session(span), span);
      return true;
    } catch (StepException lost) {
      letGo();
      if (!mayBeMended(lost.failure()) || context.cancelled() || losses == MOST_LOSSES) {
        throw lost;
      }
      pause(lost);
      return false;
    }
  }

  private void readChunks(CursorSession from, CursorSpan span) throws SQLException {
    RowSource source = from.rows(span.rest(from.sql(), read, rows));
    Chunk chunk;
    do {
      chunk = new Chunk(source, from::bytes, config.chunkBytes());
      long added = context.append(TABLE, chunk);
      if (added > 0) {
        rows += added;
        read = Optional.of(LastRow.of(context.open(), TABLE, rows, from.sql().cursor()));
        losses = 0;
      }
    } while (!chunk.isLast());
  }

  /** The session, or another one in its place that brings the same columns. */
  private CursorSession session(CursorSpan span) {
    CursorSession now = session;
    if (now == null) {
      now = server.apply(new ContinuedEvents(context.events(), rows));
      session = now;
      if (!now.columns().equals(span.columns())) {
        throw StepException.of(
            FailureCode.REMOTE_FAILED,
            "the columns of " + now.source() + " were changed while it was read",
            "run the step again");
      }
    }
    return now;
  }

  private void letGo() {
    CursorSession now = session;
    session = null;
    if (now != null) {
      bytes += now.bytes();
      now.close();
    }
  }

  private static boolean mayBeMended(Failure failure) {
    return failure.retryable() && failure.code().owner() == FailureOwner.EXTERNAL;
  }

  /** The driver's thread is interrupted when the step is asked to stop. */
  private void pause(StepException lost) {
    Duration pause = firstPause.multipliedBy(1L << losses++);
    context
        .events()
        .log(
            StepEvents.Level.WARN,
            lost.failure().message()
                + "; the step reads on after its "
                + rows
                + " rows in "
                + DurationText.of(pause));
    try {
      Thread.sleep(pause);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw lost;
    }
  }
}
