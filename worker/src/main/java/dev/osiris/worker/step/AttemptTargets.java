package dev.osiris.worker.step;

import dev.osiris.driver.RejectedRow;
import dev.osiris.driver.StepTargets;
import dev.osiris.session.Event;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.Written;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What one attempt tells of its targets. Thread-safe. */
final class AttemptTargets implements StepTargets {

  private final StepAttempt attempt;
  private final List<Written> written = new CopyOnWriteArrayList<>();

  AttemptTargets(StepAttempt attempt) {
    this.attempt = attempt;
  }

  @Override
  public List<PendingCommit> unsettled() {
    return attempt.surroundings().commits().unsettled();
  }

  @Override
  public void commitBegins(PendingCommit commit) {
    attempt.stop().check();
    attempt.surroundings().commits().begin(commit);
    // It takes as long as the disk does.
    attempt.stop().check();
  }

  @Override
  public void committed(Written done) {
    written.add(done);
    attempt
        .events()
        .keep(new Event.TargetCommitted(attempt.spec().id(), attempt.spec().attempt(), done));
  }

  @Override
  public String reject(RejectedRow row) throws IOException {
    return StepArtifacts.reject(attempt, row);
  }

  @Override
  public void plan(String statements) throws IOException {
    StepArtifacts.writePlan(attempt, statements);
  }

  /** Targets that hold their new content. */
  List<Written> written() {
    return List.copyOf(written);
  }
}
