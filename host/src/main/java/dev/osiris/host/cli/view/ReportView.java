package dev.osiris.host.cli.view;

import dev.osiris.failure.Failure;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A report for people: the steps, where the results are, and what went wrong. */
public final class ReportView {
  private final Console console;

  public ReportView(Console console) {
    this.console = console;
  }

  /** Steps and results, to standard output. */
  public void summary(RunReport report) {
    TextTable table =
        new TextTable(
            List.of("STEP", "DRIVER", "STATUS", "ROWS", "TIME", "RESULT"),
            List.of(false, false, false, true, true, false));
    for (StepReport step : report.steps()) {
      table.add(
          List.of(
              step.id().value(),
              step.driver(),
              step.status().word(),
              Texts.rows(step),
              step.status() == StepStatus.SKIPPED ? "" : Texts.time(step.duration()),
              Texts.left(step)));
    }
    table.lines().forEach(console::result);
    console.result("");
    console.result(
        report.pipeline() + " " + report.status().word() + " in " + Texts.time(report.duration()));
    console.result("session directory: " + report.sessionDir());
    report.steps().stream()
        .filter(step -> step.status() == StepStatus.SUCCEEDED)
        .filter(step -> step.outputs().duckdbPath() != null)
        .reduce((earlier, later) -> later)
        .ifPresent(step ->
            console.result(
                "look at it with: osiris preview "
                    + report.sessionId()
                    + " "
                    + quoted(step.id().value())
                    + rootOption(report)));
  }

  /** What finds the session from here, where its root is not the usual one. */
  private static String rootOption(RunReport report) {
    Path root = report.sessionDir().toAbsolutePath().getParent();
    return root == null || root.equals(Path.of(HostConfig.SESSION_ROOT).toAbsolutePath())
        ? ""
        : " --session-root " + quoted(root.toString());
  }

  /** Why it did not succeed, to standard error; nothing when it did. */
  public void problems(RunReport report) {
    if (report.status() == RunStatus.SUCCEEDED) {
      return;
    }
    for (StepReport step : report.steps()) {
      if (step.failure() != null) {
        failure("step '" + step.id() + "' " + step.status().word(), step.failure());
      }
    }
    Failure reason = report.reason();
    if (reason != null && !isTold(reason, report)) {
      failure("the run " + report.status().word(), reason);
    }
    if (report.status() == RunStatus.CANCELLED) {
      console.problem("the run was cancelled");
    }
  }

  /** One failure: what, where, what to do. */
  public void failure(String subject, Failure failure) {
    console.problem(
        subject
            + ": "
            + failure.code().word()
            + " ("
            + failure.owner().name().toLowerCase(Locale.ROOT)
            + ")");
    Texts.failure(failure)
        .forEach(text -> text.lines().forEach(line -> console.problem("  " + line)));
  }

  /** Whether a step has failed of the same. */
  private static boolean isTold(Failure reason, RunReport report) {
    return report.steps().stream()
        .anyMatch(step -> step.failure() != null && step.failure().code() == reason.code());
  }

  private static String quoted(String word) {
    return word.matches("[\\p{L}\\p{N}._/-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
