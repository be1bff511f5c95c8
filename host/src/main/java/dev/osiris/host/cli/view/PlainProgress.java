package dev.osiris.host.cli.view;

import dev.osiris.failure.Failure;
import dev.osiris.host.run.RunListener;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import java.nio.file.Path;
import java.time.Duration;

/** A line for each thing that happens: for logs and pipes. */
public final class PlainProgress implements RunListener {
  private final Console console;
  private final String prefix;
  private final boolean quiet;
  private final boolean verbose;

  /**
   * @param quiet says nothing but what went wrong
   * @param verbose says what the worker says, too
   */
  public PlainProgress(Console console, boolean quiet, boolean verbose) {
    this(console, "", quiet, verbose);
  }

  /**
   * @param prefix of each line
   * @param quiet says nothing but what went wrong
   * @param verbose says what the worker says, too
   */
  public PlainProgress(Console console, String prefix, boolean quiet, boolean verbose) {
    this.console = console;
    this.prefix = prefix;
    this.quiet = quiet;
    this.verbose = verbose;
  }

  @Override
  public void runStarted(String session, Path sessionDir) {
    say("session " + session);
  }

  @Override
  public void sessionOpened(Event.SessionOpened opened, String transport) {
    say(Notices.worker(opened, transport));
  }

  @Override
  public void stepSent(StepId step) {
    if (verbose) {
      say("sent      " + step);
    }
  }

  @Override
  public void event(JournalEntry entry) {
    if (entry.event() instanceof Event.StepStarted started) {
      say("started   " + started.step());
    } else {
      Notices.of(entry.event(), verbose).ifPresent(this::say);
    }
  }

  @Override
  public void stepEnded(StepReport step) {
    say(Notices.ended(step));
  }

  @Override
  public void stepRetried(StepId step, int attempts, Failure failure, Duration pause) {
    say(Notices.retried(step, attempts, failure, pause));
  }

  @Override
  public void note(String text) {
    say(text);
  }

  private void say(String line) {
    if (!quiet) {
      console.note(prefix + line);
    }
  }
}
