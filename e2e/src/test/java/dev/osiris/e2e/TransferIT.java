package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.CuttingProxy;
import dev.osiris.e2e.harness.cli.LibraryRun;
import dev.osiris.e2e.harness.cli.OwnDiskProvider;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.cli.Tmpfs;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.run.RunOptions;
import dev.osiris.host.run.Stop;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.transfer.SessionRestore;
import dev.osiris.session.Event;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.unit.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files on their way to a worker with a disk of its own and back, when something goes wrong. */
@ExtendWith(LeakCheck.class)
class TransferIT {
  private static final int MIB = 1 << 20;
  // About 4 MiB, of which nothing can be left out or come twice without being seen.
  private static final String ROWS =
      IntStream.range(0, 150_000)
          .mapToObj(row -> row + ",text of row number " + row + "\n")
          .collect(Collectors.joining("", "id,text\n", ""));
  private static final String THROUGH =
      """
      - {id: read, component: filesystem.csv_extractor, config: {path: in.csv}}
      - {id: write, component: filesystem.csv_writer, config: {path: out.csv}}
      """;

  @TempDir Path folder;
  private Project project;

  @BeforeEach
  void newProject() {
    project = Project.in(folder);
    project.file("in.csv", ROWS);
  }

  @AfterEach
  void unmount() {
    Tmpfs.unmountBelow(folder);
  }

  private OwnDiskProvider worker(Consumer<CuttingProxy> trouble) {
    return new OwnDiskProvider(folder.resolve("workers"), trouble);
  }

  private static void succeeded(RunReport report) {
    assertThat(report.status()).as(report.toString()).isEqualTo(RunStatus.SUCCEEDED);
  }

  private static FailureCode failure(RunReport report, String step) {
    assertThat(LibraryRun.step(report, step).status())
        .as(report.toString())
        .isEqualTo(StepStatus.FAILED);
    return LibraryRun.step(report, step).failure().code();
  }

  /** Nothing but what the project had and what a run is meant to leave; no partial file. */
  private void leftNothingHalf(RunReport report) throws IOException {
    try (Stream<Path> project = Files.walk(this.project.folder());
        Stream<Path> session = Files.walk(report.sessionDir())) {
      assertThat(Stream.concat(project, session).map(Path::toString))
          .noneMatch(name -> name.endsWith(".partial"));
    }
  }

  @Test
  void cutsWhileUploading_costNothingButTime() throws Exception {
    OwnDiskProvider worker = worker(proxy -> proxy.cutAfterSending(MIB));
    RunReport report = new LibraryRun(project, worker).run(project.pipeline(THROUGH));

    succeeded(report);
    assertThat(project.read("out.csv")).isEqualTo(ROWS);
    assertThat(worker.proxy().accepted()).isGreaterThan(4);
    leftNothingHalf(report);
  }

  @Test
  void cutsWhileFetching_costNothingButTime() throws Exception {
    OwnDiskProvider worker = worker(proxy -> proxy.cutAfterReceiving(MIB));
    RunReport report = new LibraryRun(project, worker).run(project.pipeline(THROUGH));

    succeeded(report);
    assertThat(project.read("out.csv")).isEqualTo(ROWS);
    assertThat(report.sessionDir().resolve("data/read.duckdb"))
        .hasSameBinaryContentAs(worker.disk(1).resolve("run/data/read.duckdb"));
    assertThat(worker.proxy().accepted()).isGreaterThan(4);
    leftNothingHalf(report);
  }

  @Test
  void interruptWhileUploading_cancelsTheStep_andLeavesNothing() throws Exception {
    CompletableFuture<Void> held = new CompletableFuture<>();
    OwnDiskProvider worker =
        worker(proxy -> proxy.holdAfterSending(MIB, () -> held.complete(null)));
    LibraryRun run = new LibraryRun(project, worker);
    CompletableFuture<Void> stopped = held.thenRun(() -> run.control().stop(Stop.INTERRUPTED));
    RunReport report = run.run(project.pipeline(THROUGH));

    assertThat(stopped).isCompleted();
    assertThat(report.status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(LibraryRun.step(report, "read").status()).isEqualTo(StepStatus.CANCELLED);
    assertThat(LibraryRun.step(report, "write").status()).isEqualTo(StepStatus.SKIPPED);
    assertThat(worker.disk(1).resolve("run/.tmp")).doesNotExist();
    leftNothingHalf(report);
  }

  @Test
  void timeLimit_isOverWhileUploading_andTheStepHasTimedOut() throws Exception {
    OwnDiskProvider worker = worker(proxy -> proxy.holdAfterSending(MIB, () -> {}));
    RunReport report =
        new LibraryRun(project, worker)
            .withTimeout(Duration.ofSeconds(3))
            .run(project.pipeline(THROUGH));

    assertThat(failure(report, "read")).isEqualTo(FailureCode.TIMED_OUT);
    assertThat(worker.disk(1).resolve("run/.tmp")).doesNotExist();
    leftNothingHalf(report);
  }

  @Test
  void uploadOntoAFullDisk_isATypedFailure_andLeavesNothing() throws Exception {
    Path disk = Tmpfs.mount(folder.resolve("workers/disk1"), "3m");
    OwnDiskProvider worker = worker(proxy -> {});
    RunReport report = new LibraryRun(project, worker).run(project.pipeline(THROUGH));

    assertThat(failure(report, "read")).isEqualTo(FailureCode.DISK_FULL);
    assertThat(disk.resolve("run/.tmp")).doesNotExist();
  }

  @Test
  void uploadBeyondTheDiskLimit_isATypedFailure() throws Exception {
    RunReport report =
        new LibraryRun(project, worker(proxy -> {})).withDisk("3m").run(project.pipeline(THROUGH));

    assertThat(failure(report, "read")).isEqualTo(FailureCode.LIMIT_REACHED);
    assertThat(LibraryRun.step(report, "read").failure().message()).contains("--disk");
  }

  @Test
  void fileThatIsGoneFromTheHost_isGoneForTheWorkerToo() throws Exception {
    project.file("many/a.csv", "id\n1\n");
    project.file("many/b.csv", "id\n2\n");
    RunReport report =
        new LibraryRun(project, worker(proxy -> {}))
            .watching(entry -> {
              // Between a step that has read both and the next, which is sent after this.
              if (entry.event() instanceof Event.StepStarted started
                  && started.step().value().equals("between")) {
                delete(project.path("many/b.csv"));
                delete(project.path("in.csv"));
              }
            })
            .run(
                project.pipeline(
                    """
                    - {id: both, component: filesystem.csv_extractor, needs: [], config: {path: "many/*.csv"}}
                    - {id: single, component: filesystem.csv_extractor, needs: [both], config: {path: in.csv}}
                    - {id: between, component: duckdb.processor, needs: [both, single], config: {query: SELECT 1 AS n}}
                    - {id: one, component: filesystem.csv_extractor, needs: [between], config: {path: "many/*.csv"}}
                    - {id: none, component: filesystem.csv_extractor, needs: [one], config: {path: in.csv}}
                    """));

    assertThat(LibraryRun.step(report, "both").outputs().rows()).isEqualTo(2);
    assertThat(LibraryRun.step(report, "one").outputs().rows()).isEqualTo(1);
    assertThat(failure(report, "none")).isEqualTo(FailureCode.FILE_NOT_FOUND);
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void durabilityOfTheSandbox_bringsWhatIsWritten_andLeavesTablesWhereTheyAre() throws Exception {
    OwnDiskProvider worker = worker(proxy -> {});
    RunReport report =
        new LibraryRun(project, worker)
            .with(RunOptions.Durability.SANDBOX)
            .run(project.pipeline(THROUGH));

    succeeded(report);
    assertThat(project.read("out.csv")).isEqualTo(ROWS);
    assertThat(report.sessionDir().resolve("data/read.duckdb")).doesNotExist();
    assertThat(worker.disk(1).resolve("run/data/read.duckdb")).isRegularFile();
    assertThat(report.sessionDir().resolve("logs/events.jsonl")).isNotEmptyFile();
  }

  @Test
  void mirroredSession_goesOnInAnotherWorker_withWhatIsStillToBeRead() throws Exception {
    RunReport report =
        new LibraryRun(project, worker(proxy -> {}))
            .run(
                project.pipeline(
                    """
                    - {id: read, component: filesystem.csv_extractor, config: {path: in.csv}}
                    - {id: other, component: duckdb.processor, needs: [], config: {query: SELECT 7 AS n}}
                    """));
    succeeded(report);
    SessionId session = new SessionId("run");

    try (WorkerProcess elsewhere = WorkerProcess.below(folder.resolve("elsewhere")).start()) {
      new SessionRestore(report.sessionDir(), session, System::nanoTime)
          .into(
              new WorkerAddress.Unix(Path.of(elsewhere.address().substring("unix:".length()))),
              Secret.of(elsewhere.token()),
              Set.of(new StepId("read")));
      try (RawSession again = RawSession.open(elsewhere, "run", project.folder())) {
        assertThat(again.directory().resolve("data").toFile().list())
            .containsExactly("read.duckdb");
        var rows = Commands.sql("last", "SELECT id FROM \"read\" WHERE id >= 149990", "read");
        assertThat(again.succeed(rows).getOutputs().getTables(0).getRows()).isEqualTo(10);
      }
    }
  }
}
