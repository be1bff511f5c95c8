package dev.osiris.host.cli.setup;

import dev.osiris.host.cli.view.Console;
import dev.osiris.host.run.RunControl;
import dev.osiris.host.run.Stop;
import dev.osiris.host.run.report.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What SIGINT and SIGTERM do to the runs of this process. The first one cancels them, so that they
 * end in order, the second one ends their sandboxes, the third one this process. Safe between
 * threads.
 */
public final class RunSignals {
  private final Console console;
  private final IntConsumer halt;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final List<RunControl> controls = new ArrayList<>();
  private int heard;
  private @Nullable Stop stop;

  /**
   * @param halt ends the process at once with a code
   */
  public RunSignals(Console console, IntConsumer halt) {
    this.console = console;
    this.halt = halt;
  }

  /** From now on signals come here. */
  public void listen() {
    Map.of("INT", Stop.INTERRUPTED, "TERM", Stop.TERMINATED)
        .forEach((name, why) -> Signals.on(name, () -> heard(why)));
  }

  /** A control for one more run; stopped already when a signal has come. */
  public RunControl control() {
    RunControl control = new RunControl();
    Stop already;
    lock.lock();
    try {
      controls.add(control);
      already = stop;
    } finally {
      lock.unlock();
    }
    if (already != null) {
      control.stop(already);
    }
    return control;
  }

  /** The first signal that has come. */
  public Optional<Stop> stopped() {
    lock.lock();
    try {
      return Optional.ofNullable(stop);
    } finally {
      lock.unlock();
    }
  }

  /** How a process ends that was stopped. */
  public static ExitCode exit(Stop why) {
    return why == Stop.TERMINATED ? ExitCode.TERMINATED : ExitCode.INTERRUPTED;
  }

  void heard(Stop why) {
    int times;
    List<RunControl> all;
    lock.lock();
    try {
      heard++;
      times = heard;
      stop = stop == null ? why : stop;
      all = List.copyOf(controls);
    } finally {
      lock.unlock();
    }
    switch (times) {
      case 1 -> {
        console.note("cancelling; once more to end the sandbox at once");
        all.forEach(control -> control.stop(why));
      }
      case 2 -> all.forEach(apart(RunControl::kill));
      default -> halt.accept(exit(why).number());
    }
  }

  /** Each on a thread of its own: a sandbox takes its time to end, and the others must not wait. */
  private static Consumer<RunControl> apart(Consumer<RunControl> task) {
    return control -> {
      var unused = Thread.ofVirtual().start(() -> task.accept(control));
    };
  }
}
