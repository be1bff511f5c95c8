package dev.osiris.host.cli.view;

import dev.osiris.failure.Failure;
import dev.osiris.host.run.RunListener;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Steps on a terminal: those that have ended stay as lines, those that run are redrawn in place
 * below them. Safe between threads; close it before anything else is printed.
 */
public final class LiveProgress implements RunListener, AutoCloseable {
  private static final int MAX_RUNNING = 12;
  private static final long REDRAW_MILLIS = 200;

  private static final class Running {
    final long since;
    String state = "sent";
    long rows;

    Running(long since) {
      this.since = since;
    }
  }

  private final Console console;
  private final boolean verbose;
  private final int total;
  private final LongSupplier nanos;
  private final ScheduledExecutorService ticker;
  private final ReentrantLock screen = new ReentrantLock();

  // Guarded by screen.
  private final Map<StepId, Running> running = new LinkedHashMap<>();
  private String phase = "starting the sandbox";
  private int ended;
  private int drawn;
  private boolean closed;

  /**
   * @param total how many steps there are
   * @param nanos a clock that never goes back
   */
  public LiveProgress(Console console, boolean verbose, int total, LongSupplier nanos) {
    this.console = console;
    this.verbose = verbose;
    this.total = total;
    this.nanos = nanos;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress").factory());
    var unused =
        ticker.scheduleWithFixedDelay(
            () -> change(() -> {}), REDRAW_MILLIS, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void runStarted(String session, Path sessionDir) {
    above("session " + session);
  }

  @Override
  public void sessionOpened(Event.SessionOpened opened, String transport) {
    change(() -> phase = "");
    if (verbose) {
      above(Notices.worker(opened, transport));
    }
  }

  @Override
  public void stepSent(StepId step) {
    change(() -> running.put(step, new Running(nanos.getAsLong())));
  }

  @Override
  public void event(JournalEntry entry) {
    switch (entry.event()) {
      case Event.StepQueued queued -> change(() -> state(queued.step(), "waits for memory"));
      case Event.StepStarted started -> change(() -> state(started.step(), "runs"));
      case Event.StepProgressed progressed ->
          change(() -> {
            Running step = running.get(progressed.step());
            if (step != null) {
              step.rows = progressed.rows();
            }
          });
      default -> Notices.of(entry.event(), verbose).ifPresent(this::above);
    }
  }

  @Override
  public void stepEnded(StepReport step) {
    change(() -> {
      running.remove(step.id());
      ended++;
    });
    above(mark(step.status()) + " " + Notices.ended(step));
  }

  @Override
  public void stepRetried(StepId step, int attempts, Failure failure, Duration pause) {
    change(() -> running.remove(step));
    above(Notices.retried(step, attempts, failure, pause));
  }

  @Override
  public void note(String text) {
    above(text);
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    screen.lock();
    try {
      closed = true;
      erase();
    } finally {
      screen.unlock();
    }
  }

  private void state(StepId step, String state) {
    Running known = running.get(step);
    if (known != null) {
      known.state = state;
    }
  }

  /** Prints a line that stays. */
  private void above(String line) {
    screen.lock();
    try {
      erase();
      console.note(line);
      draw();
    } finally {
      screen.unlock();
    }
  }

  private void change(Runnable task) {
    screen.lock();
    try {
      task.run();
      erase();
      draw();
    } finally {
      screen.unlock();
    }
  }

  private void erase() {
    if (drawn > 0) {
      console.control("\u001b[" + drawn + "A\u001b[J");
      drawn = 0;
    }
  }

  private void draw() {
    if (closed) {
      return;
    }
    List<String> lines = new ArrayList<>();
    long now = nanos.getAsLong();
    running.forEach((step, at) -> {
      if (lines.size() < MAX_RUNNING) {
        lines.add(line(step, at, now));
      }
    });
    if (running.size() > MAX_RUNNING) {
      lines.add("  … and " + (running.size() - MAX_RUNNING) + " more");
    }
    lines.add(phase.isEmpty() ? ended + " of " + total + " steps done" : phase + " …");
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(cut(Console.clean(line))).append('\n'));
    drawn = lines.size();
    console.control(text.toString());
  }

  private static String line(StepId step, Running at, long now) {
    String rows = at.rows == 0 ? "" : "  " + Texts.number(at.rows) + " rows";
    return "  "
        + step
        + "  "
        + at.state
        + "  "
        + Texts.time(Duration.ofNanos(now - at.since))
        + rows;
  }

  /** A line that the terminal would break could not be drawn over. */
  private String cut(String line) {
    int most = console.width() - 1;
    return line.codePointCount(0, line.length()) <= most
        ? line
        : line.substring(0, line.offsetByCodePoints(0, most - 1)) + "…";
  }

  private static String mark(StepStatus status) {
    return switch (status) {
      case SUCCEEDED, REUSED -> "✓";
      case FAILED -> "✗";
      case CANCELLED, SKIPPED -> "–";
      case UNKNOWN -> "?";
    };
  }
}
