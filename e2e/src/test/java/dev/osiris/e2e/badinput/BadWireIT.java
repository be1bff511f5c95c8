package dev.osiris.e2e.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawClient;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.e2e.harness.wire.RawStream;
import dev.osiris.wire.v1.CommandRejected;
import dev.osiris.wire.v1.DownloadRequest;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.PreviewRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.StepFailed;
import dev.osiris.wire.v1.TableName;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad messages, tokens and files under a worker: a clear status or failure, and a worker that
 * lives.
 */
@ExtendWith(LeakCheck.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadWireIT {

  private static final ErrorsPage PAGE = new ErrorsPage("wire");
  private static final AtomicInteger SESSIONS = new AtomicInteger();

  @TempDir static Path folder;
  private static WorkerProcess worker;

  @BeforeAll
  static void startWorker() {
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
  }

  @AfterAll
  static void stopWorker() {
    worker.close();
  }

  static Stream<BadMessage> messages() {
    return BadMessage.all();
  }

  private static RawSession open() {
    return RawSession.open(worker, "bad-" + SESSIONS.incrementAndGet(), folder);
  }

  @ParameterizedTest
  @MethodSource("messages")
  @Order(1)
  void badMessage_isAnsweredClearly_andTheWorkerLives(BadMessage bad) {
    RawSession session = open();
    RawStream stream = bad.sender().send(session, worker.token());
    try {
      String said;
      if (bad.answer().equals(bad.answer().toUpperCase(Locale.ROOT))) {
        Status status = stream.awaitEnd();
        assertThat(status.getCode().name()).as(status.toString()).isEqualTo(bad.answer());
        said = String.valueOf(status.getDescription());
      } else {
        CommandRejected rejected =
            stream
                .await("a rejection", RunSessionResponse::hasCommandRejected)
                .getCommandRejected();
        assertThat(rejected.getFailure().getCode().name())
            .isEqualTo("FAILURE_CODE_" + bad.answer().toUpperCase(Locale.ROOT));
        said =
            Stream.of(rejected.getFailure().getMessage(), rejected.getFailure().getAdvice())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" ⏎ "));
      }
      assertThat(said).contains(bad.named());
      PAGE.add(
          bad.name(),
          bad.answer(),
          said.strip()
              .replace(session.id(), "<session>")
              .replaceAll("of [0-9]+ bytes", "of <size> bytes")
              .replace("|", "\\|"));
    } finally {
      if (stream != session.stream()) {
        stream.close();
      }
      if (bad.goesOn() && !session.stream().ended()) {
        session.succeed(Commands.sql("goes-on", "SELECT 1 AS n"));
      }
      session.end();
      session.close();
    }
    assertThat(worker.alive()).isTrue();
    try (RawSession next = open()) {
      next.succeed(Commands.sql("alive", "SELECT 1 AS n"));
    }
    assertThat(worker.sessionRoot().resolveSibling("up")).doesNotExist();
  }

  @Test
  @Order(2)
  void errorsPage_saysWhatComesOut() {
    assertThat(PAGE.differences())
        .as("rows missing in docs/errors.md; -Dgolden.update=true writes them")
        .isEmpty();
  }

  @Test
  @Order(3)
  void health_isOpen_andReflectionIsNot() {
    try (RawClient client = RawClient.to(worker.address())) {
      assertThat(
              HealthGrpc.newBlockingStub(client.channel())
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
      var method = io.grpc.reflection.v1.ServerReflectionGrpc.getServerReflectionInfoMethod();
      var answers =
          io.grpc.stub.ClientCalls.blockingServerStreamingCall(
              client.channel(),
              method.toBuilder()
                  .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
                  .build(),
              io.grpc.CallOptions.DEFAULT,
              io.grpc.reflection.v1.ServerReflectionRequest.newBuilder()
                  .setListServices("")
                  .build());
      assertStatus(answers::hasNext, Status.Code.UNAUTHENTICATED);
    }
  }

  @Test
  @Order(3)
  void dataService_isConfined() {
    try (RawSession session = open()) {
      session.succeed(Commands.sql("made", "SELECT 'x' AS v"));
      for (String path :
          List.of(
              "../../../etc/passwd", "/etc/passwd", "data/../manifest.yaml", ".lock", "data", "")) {
        assertThat(
                statusOf(() ->
                    session
                        .client()
                        .data(session.token())
                        .download(download(session, path))
                        .hasNext()))
            .as(path)
            .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);
      }
      for (String sql :
          List.of(
              "SELECT * FROM read_text('/etc/passwd')",
              "DROP TABLE made",
              "SELECT 1; SELECT 2",
              "nonsense")) {
        assertThat(statusOf(() -> session.query(sql)))
            .as(sql)
            .isEqualTo(Status.Code.INVALID_ARGUMENT);
      }
      assertStatus(
          () -> session.client().data("wrong").preview(preview(session)),
          Status.Code.UNAUTHENTICATED);
      assertStatus(
          () -> session.client().data(null).preview(preview(session)), Status.Code.UNAUTHENTICATED);
      assertThat(session.client().data(session.token()).preview(preview(session)).getRowsCount())
          .isEqualTo(1);
    }
  }

  @Test
  @Order(3)
  void truncatedOutputOfAnEarlierStep_isReportedAsDamaged() {
    damaged(file -> write(file, channel -> channel.truncate(channel.size() / 2)));
  }

  @Test
  @Order(3)
  void flippedBitInAnOutput_isReportedAsDamaged() {
    damaged(file ->
        write(
            file,
            channel -> {
              // Past the headers: in a block with rows, whose checksum no longer fits.
              long at = channel.size() / 2;
              ByteBuffer octet = ByteBuffer.allocate(1);
              channel.read(octet, at);
              octet.put(0, (byte) (octet.get(0) ^ 0x10)).rewind();
              channel.write(octet, at);
            }));
  }

  @Test
  @Order(3)
  void outputThatIsGone_isReportedAsMissing() throws Exception {
    try (RawSession session = open()) {
      session.succeed(Commands.sql("first", "SELECT 1 AS n"));
      Files.delete(session.directory().resolve("data/first.duckdb"));
      RunSessionResponse answer =
          session.run(Commands.sql("second", "SELECT * FROM first", "first"));
      assertThat(answer.getCommandRejected().getFailure().getCode())
          .isEqualTo(FailureCode.FAILURE_CODE_INPUT_MISSING);
      assertThat(answer.getCommandRejected().getFailure().getMessage()).contains("first", "gone");
      session.succeed(Commands.sql("third", "SELECT 1 AS n"));
    }
  }

  @Test
  @Order(3)
  void leftoversOfADeadAttempt_areRemovedAtOpening() throws Exception {
    String id = "bad-leftovers";
    Path data = Files.createDirectories(worker.sessionDir(id).resolve("data"));
    Path temporary = Files.createDirectories(worker.sessionDir(id).resolve(".tmp/old"));
    Files.writeString(temporary.resolve("spill"), "old");
    for (String name : List.of("a.duckdb.wal", ".a.1.tmp", ".a.1.tmp.wal")) {
      Files.writeString(data.resolve(name), "left by a dead worker");
    }
    try (RawSession session = RawSession.open(worker, id, folder)) {
      assertThat(temporary).doesNotExist();
      session.succeed(Commands.sql("a", "SELECT 1 AS n"));
      assertThat(session.query("SELECT n FROM a")).containsExactly(List.of("1"));
    }
    try (Stream<Path> left = Files.list(data)) {
      assertThat(left).containsExactly(data.resolve("a.duckdb"));
    }
  }

  private static void damaged(Consumer<Path> damage) {
    try (RawSession session = open()) {
      session.succeed(
          Commands.sql("first", "SELECT range AS n, 'text ' || range AS t FROM range(300000)"));
      damage.accept(session.directory().resolve("data/first.duckdb"));
      StepFailed failed =
          session.fail(
              Commands.sql(
                  "second", "SELECT count(DISTINCT t) AS n, sum(n) AS s FROM first", "first"));

      assertThat(failed.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_DATA_CORRUPT);
      assertThat(failed.getFailure().getMessage() + failed.getFailure().getLocation().getFile())
          .contains("first");
      assertThat(failed.getFailure().getAdvice()).isNotEmpty();
      assertThat(session.directory().resolve("data/second.duckdb")).doesNotExist();
      session.succeed(Commands.sql("first", "SELECT 1 AS n, 'x' AS t").setAttempt("2"));
      session.succeed(Commands.sql("second", "SELECT * FROM first", "first").setAttempt("2"));
    }
  }

  private interface Damage {
    void to(FileChannel channel) throws java.io.IOException;
  }

  private static void write(Path file, Damage damage) {
    file.toFile().setWritable(true);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      damage.to(channel);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static DownloadRequest download(RawSession session, String path) {
    return DownloadRequest.newBuilder().setSessionId(session.id()).setPath(path).build();
  }

  private static PreviewRequest preview(RawSession session) {
    return PreviewRequest.newBuilder()
        .setSessionId(session.id())
        .setTable(TableName.newBuilder().setStepId("made"))
        .build();
  }

  private static void assertStatus(ThrowingCallable call, Status.Code code) {
    assertThat(statusOf(call)).isEqualTo(code);
  }

  private static Status.Code statusOf(ThrowingCallable call) {
    try {
      call.call();
      return Status.Code.OK;
    } catch (StatusRuntimeException refused) {
      assertThat(Objects.toString(refused.getStatus().getDescription(), "")).isNotEmpty();
      return refused.getStatus().getCode();
    } catch (Throwable other) {
      throw new AssertionError("not a status", other);
    }
  }
}
