package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it hears, and does what a test wants when a step was sent. */
class RecordingRunListener implements RunListener {
  final List<String> sent = new CopyOnWriteArrayList<>();
  final List<String> ended = new CopyOnWriteArrayList<>();
  final List<String> notes = new CopyOnWriteArrayList<>();

  /** Sent and ended in one order. */
  final List<String> course = new CopyOnWriteArrayList<>();

  @Override
  public void runStarted(String session, Path sessionDir) {}

  @Override
  public void sessionOpened(Event.SessionOpened opened, String transport) {}

  @Override
  public void stepSent(StepId step) {
    sent.add(step.value());
    course.add("sent " + step);
  }

  @Override
  public void event(JournalEntry entry) {}

  @Override
  public void stepEnded(StepReport step) {
    ended.add(step.id() + " " + step.status().word());
    course.add("ended " + step.id());
  }

  @Override
  public void stepRetried(StepId step, int attempts, Failure failure, Duration pause) {
    course.add("retried " + step + " after " + attempts + ": " + failure.code().word());
  }

  @Override
  public void note(String text) {
    notes.add(text);
  }
}
