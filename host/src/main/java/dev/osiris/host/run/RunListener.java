package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import java.nio.file.Path;
import java.time.Duration;

/** Hears how a run goes. Calls may come from two threads, never two at a time for one step. */
public interface RunListener {

  /** The session directory is there and the sandbox is about to start. */
  void runStarted(String session, Path sessionDir);

  /** The worker has opened the session; the transport is the way to it, for people. */
  void sessionOpened(Event.SessionOpened opened, String transport);

  /** A step was sent to the worker. */
  void stepSent(StepId step);

  /** Any event of the worker. */
  void event(JournalEntry entry);

  void stepEnded(StepReport step);

  /**
   * An attempt has failed, and the step is tried again.
   *
   * @param attempts that were sent so far
   * @param pause before the next one
   */
  void stepRetried(StepId step, int attempts, Failure failure, Duration pause);

  /** Something that people should know: a broken connection, a stop that was asked for. */
  void note(String text);
}
