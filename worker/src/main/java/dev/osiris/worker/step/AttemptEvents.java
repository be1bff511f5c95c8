package dev.osiris.worker.step;

import dev.osiris.driver.StepEvents;
import dev.osiris.session.Event;
import dev.osiris.step.StepId;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What a driver tells, as events of its attempt: bounded in rate. Thread-safe. */
final class AttemptEvents implements StepEvents {

  private static final long PROGRESS_INTERVAL_NANOS = 200_000_000;

  private final StepId step;
  private final String attempt;
  private final EventSink sink;
  private final LongSupplier nanos;
  private final AtomicLong nextProgress;

  AttemptEvents(StepAttempt attempt, LongSupplier nanos) {
    this.step = attempt.spec().id();
    this.attempt = attempt.spec().attempt();
    this.sink = attempt.events();
    this.nanos = nanos;
    this.nextProgress = new AtomicLong(nanos.getAsLong() + PROGRESS_INTERVAL_NANOS);
  }

  @Override
  public void progress(long rows) {
    long now = nanos.getAsLong();
    long due = nextProgress.get();
    if (now - due >= 0 && nextProgress.compareAndSet(due, now + PROGRESS_INTERVAL_NANOS)) {
      sink.keep(new Event.StepProgressed(step, attempt, rows));
    }
  }

  @Override
  public void metric(String name, double value, String unit) {
    sink.keep(new Event.MetricReported(step, attempt, name, value, unit));
  }

  @Override
  public void log(Level level, String message) {
    sink.keep(new Event.LogWritten(step, level, message));
  }

  @Override
  public void event(String name, Map<String, String> attributes) {
    sink.keep(new Event.DriverReported(step, attempt, name, attributes));
  }
}
