package dev.osiris.host.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.failure.FailureCode;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class StreamEndTest {

  private static SessionLost beforeOpened(Status status) {
    return new StreamEnd(status).fatal(false).orElseThrow();
  }

  @Test
  void worker_thatHasAnotherSession_isNotLostButBusy() {
    SessionLost lost =
        beforeOpened(Status.RESOURCE_EXHAUSTED.withDescription("BUSY: session 's-1' is open"));

    assertThat(lost.reason()).isEqualTo(SessionLost.Reason.REFUSED);
    assertThat(lost.failure().code()).isEqualTo(FailureCode.SANDBOX_UNAVAILABLE);
    assertThat(lost.failure().message()).isEqualTo("the worker is busy: session 's-1' is open");
    assertThat(lost.failure().advice()).contains("another worker");
  }

  @Test
  void worker_ofAnotherVersion_isToldWithBoth() {
    SessionLost lost =
        beforeOpened(
            Status.FAILED_PRECONDITION.withDescription(
                "no common protocol version: host speaks 2 to 3, worker speaks 1"));

    assertThat(lost.failure().code()).isEqualTo(FailureCode.SANDBOX_UNAVAILABLE);
    assertThat(lost.failure().message()).contains("host speaks 2 to 3, worker speaks 1");
    assertThat(lost.failure().advice()).contains("of one release");
  }

  @Test
  void token_thatIsRefused_isAMatterOfTheSandbox_untilTheSessionIsOpen() {
    assertThat(beforeOpened(Status.UNAUTHENTICATED).failure().code())
        .isEqualTo(FailureCode.SANDBOX_UNAVAILABLE);
    assertThat(new StreamEnd(Status.UNAUTHENTICATED).fatal(true).orElseThrow().failure().code())
        .isEqualTo(FailureCode.WORKER_LOST);
  }

  @Test
  void limits_areNoBusyWorker() {
    SessionLost lost =
        beforeOpened(Status.RESOURCE_EXHAUSTED.withDescription("a command of 2 MiB"));

    assertThat(lost.failure().code()).isEqualTo(FailureCode.WORKER_LOST);
  }

  @Test
  void brokenConnection_isNotFatal() {
    assertThat(new StreamEnd(Status.UNAVAILABLE).fatal(true)).isEmpty();
    assertThat(new StreamEnd(Status.UNAVAILABLE).fatal(false)).isEmpty();
  }
}
