package dev.osiris.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerCommitTest {

  private static final StepId STEP = new StepId("load");
  private static final PendingCommit COMMIT = new PendingCommit("public.orders", 7, "731@1/2");

  private final Ledger ledger = new Ledger();

  @Test
  void commitThatBegan_isUnsettled_alsoForAnotherAttempt() {
    begin("1");
    endLost();
    accept("2");
    assertThat(ledger.unsettled(STEP)).containsExactly(COMMIT);
    assertThat(ledger.unsettled(new StepId("other"))).isEmpty();
  }

  @Test
  void commitThatWasHeardOf_isSettled_whoeverHeardIt() {
    begin("1");
    endLost();
    accept("2");
    ledger.apply(new Event.TargetCommitted(STEP, "2", COMMIT.written()));
    assertThat(ledger.unsettled(STEP)).isEmpty();
  }

  @Test
  void workerThatDiesAfterItsCommit_hasSucceededWithTheStep() {
    begin("1");
    ledger.apply(new Event.TargetCommitted(STEP, "1", COMMIT.written()));
    assertThat(ledger.lost())
        .singleElement()
        .isInstanceOfSatisfying(
            StepResult.Succeeded.class,
            done -> assertThat(done.written()).containsExactly(COMMIT.written()));
  }

  @Test
  void workerThatDiesInItsCommit_isLost_withNothingWritten() {
    begin("1");
    assertThat(ledger.lost())
        .singleElement()
        .isInstanceOfSatisfying(
            StepResult.Failed.class,
            failed -> {
              assertThat(failed.failure().code()).isEqualTo(FailureCode.WORKER_LOST);
              assertThat(failed.written()).isEmpty();
            });
  }

  @Test
  void targetThatNoCommitBegan_doesNotEndTheStep() {
    accept("1");
    ledger.apply(new Event.TargetCommitted(STEP, "1", COMMIT.written()));
    assertThat(ledger.lost())
        .singleElement()
        .isInstanceOfSatisfying(
            StepResult.Failed.class,
            failed -> assertThat(failed.written()).isEqualTo(List.of(COMMIT.written())));
  }

  private void accept(String attempt) {
    ledger.apply(new Event.StepAccepted(STEP, attempt, "digest"));
  }

  private void begin(String attempt) {
    accept(attempt);
    ledger.apply(new Event.CommitBegun(STEP, attempt, COMMIT));
  }

  private void endLost() {
    List.copyOf(ledger.lost()).forEach(result -> ledger.apply(new Event.StepEnded(result)));
  }
}
