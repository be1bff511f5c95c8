package dev.osiris.host.session;

import dev.osiris.unit.DurationText;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When a transfer that broke goes on: at once after it has moved something, else after a pause that
 * doubles, and never again when nothing has moved for too long. Used by one thread.
 */
final class Resumption {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final int MOST_DAMAGED = 3;

  private final String file;
  private final LongSupplier nanos;
  private long movedAt;
  private long pauseMillis;
  private int damaged;

  Resumption(String file, LongSupplier nanos) {
    this.file = file;
    this.nanos = nanos;
    this.movedAt = nanos.getAsLong();
  }

  /** Something got through. */
  void moved() {
    movedAt = nanos.getAsLong();
    pauseMillis = 0;
  }

  /**
   * Returns when it is time to go on.
   *
   * @throws TransferFailed when it is not to go on
   */
  void afterBreak(Status status, @Nullable Metadata trailers)
      throws TransferFailed, InterruptedException {
    switch (status.getCode()) {
      case UNAVAILABLE, CANCELLED -> pause(status);
      case DATA_LOSS -> damaged();
      default -> throw TransferFailed.refused(file, status, trailers);
    }
  }

  /** What arrived was not what was sent. */
  void damaged() throws TransferFailed {
    damaged++;
    if (damaged == MOST_DAMAGED) {
      throw TransferFailed.damaged(file);
    }
  }

  private void pause(Status status) throws TransferFailed, InterruptedException {
    long silent = nanos.getAsLong() - movedAt;
    if (silent > PATIENCE.toNanos()) {
      throw TransferFailed.unreachable(file, PATIENCE, status);
    }
    System.getLogger(Resumption.class.getName())
        .log(
            System.Logger.Level.DEBUG,
            "{0} goes on after {1}, last moved {2} ago",
            file,
            status.getCode(),
            DurationText.of(Duration.ofNanos(silent)));
    TimeUnit.MILLISECONDS.sleep(pauseMillis);
    pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, Math.max(FIRST_PAUSE_MILLIS, 2 * pauseMillis));
  }
}
