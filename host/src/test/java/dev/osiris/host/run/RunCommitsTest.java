package dev.osiris.host.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunCommitsTest {

  private static final StepId STEP = new StepId("load");
  private static final PendingCommit COMMIT = new PendingCommit("public.orders", 7, "731@1/2");

  private final RunCommits commits = new RunCommits();

  @Test
  void commitThatNobodyHeardOf_isAnUnknownOutcome_andNotRetryable() {
    begin();
    assertThat(commits.unsettled(STEP))
        .hasValueSatisfying(failure -> {
          assertThat(failure.code()).isEqualTo(FailureCode.OUTCOME_UNKNOWN);
          assertThat(failure.retryable()).isFalse();
          assertThat(failure.message()).contains("7 rows", "public.orders");
        });
  }

  @Test
  void commitThatWasHeardOf_isWritten() {
    begin();
    commits.heard(new Event.TargetCommitted(STEP, "1", COMMIT.written()));
    assertThat(commits.unsettled(STEP)).isEmpty();
    assertThat(commits.written(STEP)).containsExactly(COMMIT.written());
  }

  @Test
  void workerThatSaysHowItEnded_knowsBetter() {
    begin();
    end(FailureCode.CONNECTION_FAILED);
    assertThat(commits.unsettled(STEP)).isEmpty();
  }

  @Test
  void endOfALostWorker_saysNothingOfTheCommit() {
    begin();
    end(FailureCode.WORKER_LOST);
    assertThat(commits.unsettled(STEP)).isPresent();
  }

  private void begin() {
    commits.heard(new Event.CommitBegun(STEP, "1", COMMIT));
  }

  private void end(FailureCode code) {
    commits.heard(
        new Event.StepEnded(
            new StepResult.Failed(
                STEP, "1", Duration.ZERO, Failure.of(code, "it failed"), List.of())));
  }
}
