package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Installation;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.CuttingProvider;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.failure.Failure;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.run.Orchestrator;
import dev.osiris.host.run.RunControl;
import dev.osiris.host.run.RunListener;
import dev.osiris.host.run.RunOptions;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
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
        run("SELECT sum(range % 7) AS n FROM range(60000000)", new OnStart("slow", provider::cut));

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
            new Listener() {
              @Override
              public void event(JournalEntry entry) {
                if (entry.sequence() % 3 == 0) {
                  provider.cut();
                }
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
            new OnStart(
                "slow",
                () -> {
                  provider.cutForGood();
                  fastSince.set(System.nanoTime());
                }));

    assertThat(report.status()).isEqualTo(RunStatus.UNKNOWN);
    assertThat(report.exit()).isEqualTo(ExitCode.SANDBOX_FAILED);
    assertThat(step(report, "quick").status()).isEqualTo(StepStatus.SUCCEEDED);
    assertThat(step(report, "slow").status()).isEqualTo(StepStatus.UNKNOWN);
    assertThat(step(report, "write").status()).isEqualTo(StepStatus.SKIPPED);
    assertThat(Json.read(report.sessionDir().resolve("status.json")).path("status").asText())
        .isEqualTo("unknown");
    assertThat(project.path("out.csv")).doesNotExist();
    assertThat(report.sessionDir().resolve("data/slow.duckdb")).doesNotExist();
  }

  private static StepReport step(RunReport report, String id) {
    return report.steps().stream()
        .filter(step -> step.id().value().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private RunReport run(String slow, RunListener listener) throws Exception {
    Path pipeline =
        project.pipeline(
            """
            - {id: quick, component: duckdb.processor, needs: [], config: {query: SELECT 1 AS n}}
            - {id: slow, component: duckdb.processor, needs: [quick], config: {query: "%s"}}
            - {id: write, component: filesystem.csv_writer, needs: [slow], config: {path: out.csv}}
            """
                .formatted(slow));
    HostEnvironment environment =
        new HostEnvironment(
            Map.of(),
            project.folder(),
            Installation.workerHome(),
            InstantSource.system(),
            System::nanoTime,
            code -> {});
    Flags.Settings settings = new Flags.Settings();
    settings.add("session_root", project.sessions().toString());
    Preparation.Prepared prepared = new Preparation(environment).prepare(pipeline, settings);
    return new Orchestrator(provider, InstantSource.system(), this::nanos)
        .run(
            prepared.planned().plan(),
            prepared.manifest().text(),
            options(prepared),
            new RunControl(),
            listener);
  }

  private long nanos() {
    long now = System.nanoTime();
    long since = fastSince.get();
    return since == 0 ? now : now + 20 * (now - since);
  }

  private RunOptions options(Preparation.Prepared prepared) {
    return new RunOptions(
        new SessionId("cut"),
        project.sessions(),
        project.folder(),
        prepared.planned().grants(),
        null,
        Map.of(),
        ByteSize.parse("512m"),
        2,
        2,
        null,
        RunOptions.Retention.KEEP,
        null,
        Duration.ofSeconds(30),
        ByteSize.parse("1g"),
        null,
        Duration.ofSeconds(60));
  }

  /** Hears nothing in particular. */
  private static class Listener implements RunListener {
    @Override
    public void runStarted(String session, Path sessionDir) {}

    @Override
    public void sessionOpened(Event.SessionOpened opened, String transport) {}

    @Override
    public void stepSent(StepId step) {}

    @Override
    public void event(JournalEntry entry) {}

    @Override
    public void stepEnded(StepReport step) {}

    @Override
    public void stepRetried(StepId step, int attempts, Failure failure, Duration pause) {}

    @Override
    public void note(String text) {}
  }

  /** Does something when a step starts. */
  private static final class OnStart extends Listener {
    private final String step;
    private final Runnable action;

    OnStart(String step, Runnable action) {
      this.step = step;
      this.action = action;
    }

    @Override
    public void event(JournalEntry entry) {
      if (entry.event() instanceof Event.StepStarted started
          && started.step().value().equals(step)) {
        action.run();
      }
    }
  }
}
