package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.CuttingProvider;
import dev.osiris.e2e.harness.cli.LibraryRun;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The host as a library, with a worker behind a connection that is cut in the middle of a step. */
@ExtendWith(LeakCheck.class)
class ConnectionFaultIT {

  @TempDir Path folder;
  private Project project;
  private final CuttingProvider provider = new CuttingProvider();
  // When the host's clock began to run faster: nobody waits half a minute for it to give up.
  private final AtomicLong fastSince = new AtomicLong();

  @BeforeEach
  void newProject() {
    project = Project.in(folder);
  }

  @Test
  void cutConnection_isTakenUpAgain_andTheRunSucceeds() throws Exception {
    RunReport report =
        run("SELECT sum(range % 7) AS n FROM range(60000000)", onStart("slow", provider::cut));

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.exit()).isEqualTo(ExitCode.SUCCEEDED);
    assertThat(provider.connections()).isGreaterThan(1);
    assertThat(report.steps()).allMatch(step -> step.attempts() == 1);
    assertThat(project.read("out.csv")).isEqualTo("n\n179999994\n");
    var journal = Json.lines(report.sessionDir().resolve("logs/events.jsonl"));
    assertThat(journal.stream().filter(line -> line.has("step_accepted"))).hasSize(3);
    assertThat(journal.stream().skip(1).map(line -> line.path("sequence").asLong()))
        .containsExactlyElementsOf(LongStream.range(1, journal.size()).boxed().toList());
  }

  @Test
  void connectionCutAgainAndAgain_changesNothing() throws Exception {
    RunReport report =
        run(
            "SELECT sum(range % 7) AS n FROM range(60000000)",
            entry -> {
              if (entry.sequence() % 3 == 0) {
                provider.cut();
              }
            });

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(provider.connections()).isGreaterThan(3);
    assertThat(project.read("out.csv")).isEqualTo("n\n179999994\n");
  }

  @Test
  void connectionCutForGood_leavesTheOutcomeUnknown_andNeverSuccess() throws Exception {
    RunReport report =
        run(
            Commands.endlessQuery(),
            onStart(
                "slow",
                () -> {
                  provider.cutForGood();
                  fastSince.set(System.nanoTime());
                }));

    assertThat(report.status()).isEqualTo(RunStatus.UNKNOWN);
    assertThat(report.exit()).isEqualTo(ExitCode.SANDBOX_FAILED);
    assertThat(LibraryRun.step(report, "quick").status()).isEqualTo(StepStatus.SUCCEEDED);
    assertThat(LibraryRun.step(report, "slow").status()).isEqualTo(StepStatus.UNKNOWN);
    assertThat(LibraryRun.step(report, "write").status()).isEqualTo(StepStatus.SKIPPED);
    assertThat(Json.read(report.sessionDir().resolve("status.json")).path("status").asText())
        .isEqualTo("unknown");
    assertThat(project.path("out.csv")).doesNotExist();
    assertThat(report.sessionDir().resolve("data/slow.duckdb")).doesNotExist();
  }

  private RunReport run(String slow, Consumer<JournalEntry> watcher) throws Exception {
    Path pipeline =
        project.pipeline(
            """
            - {id: quick, component: duckdb.processor, needs: [], config: {query: SELECT 1 AS n}}
            - {id: slow, component: duckdb.processor, needs: [quick], config: {query: "%s"}}
            - {id: write, component: filesystem.csv_writer, needs: [slow], config: {path: out.csv}}
            """
                .formatted(slow));
    return new LibraryRun(project, provider).withClock(this::nanos).watching(watcher).run(pipeline);
  }

  private long nanos() {
    long now = System.nanoTime();
    long since = fastSince.get();
    return since == 0 ? now : now + 20 * (now - since);
  }

  /** Does something when a step starts. */
  private static Consumer<JournalEntry> onStart(String step, Runnable action) {
    return entry -> {
      if (entry.event() instanceof Event.StepStarted started
          && started.step().value().equals(step)) {
        action.run();
      }
    };
  }
}
