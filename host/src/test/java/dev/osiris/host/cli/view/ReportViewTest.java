package dev.osiris.host.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportViewTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ReportView view = new ReportView(new Console(stream(out), stream(err), false, 100));

  @Test
  void summary_isATableWithTheResults() {
    view.summary(report(null));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            """
            STEP    DRIVER  STATUS      ROWS    TIME  RESULT
            výběr   d.a     succeeded  1,234  1.50 s  data/výběr.duckdb
            second  d.b     failed            12.0 s

            p failed in 2 min 05 s
            session directory: /s/s-1
            look at it with: osiris preview s-1 výběr --session-root /s
            """);
  }

  @Test
  void problems_sayWhatWhereAndWhatToDo_withoutControlCharacters() {
    view.problems(report(null));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            """
            step 'second' failed: file_malformed (user)
              line has too many fields ?[2J
              at in.csv:7, column 'x'
              Fix it.
            """);
  }

  @Test
  void problems_tellTheReasonOnce_whenAStepHasFailedOfIt() {
    view.problems(report(Failure.of(FailureCode.FILE_MALFORMED, "again")));
    assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("again");
    view.problems(report(Failure.of(FailureCode.WORKER_LOST, "it is gone")));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("the run failed: worker_lost", "it is gone");
  }

  private static RunReport report(Failure reason) {
    Failure failure =
        Failure.of(FailureCode.FILE_MALFORMED, "line has too many fields \u001b[2J")
            .inFile("in.csv")
            .atLine(7)
            .inColumn("x")
            .advise("Fix it.");
    StepOutputs table =
        new StepOutputs(
            "data/výběr.duckdb", List.of(new OutputTable("main", 1234, List.of())), List.of());
    return new RunReport(
        "s-1",
        Path.of("/s/s-1"),
        "p",
        RunStatus.FAILED,
        Duration.ofSeconds(125),
        "process",
        List.of(
            step("výběr", "d.a", StepStatus.SUCCEEDED, 1_500, table, null),
            step("second", "d.b", StepStatus.FAILED, 12_000, StepOutputs.NONE, failure)),
        Instant.EPOCH,
        ExitCode.STEP_FAILED,
        reason);
  }

  private static StepReport step(
      String id,
      String driver,
      StepStatus status,
      long millis,
      StepOutputs outputs,
      Failure failure) {
    return new StepReport(
        new StepId(id),
        driver,
        status,
        1,
        Duration.ZERO,
        Duration.ofMillis(millis),
        outputs,
        List.of(),
        failure);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
