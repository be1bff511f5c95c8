package dev.osiris.host.cli.several;

import dev.osiris.host.cli.view.Console;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import java.util.function.BiConsumer;

/**
 * Hears how jobs end, in the order in which they were given: tells people, and keeps the exit code
 * of the first that did not succeed.
 */
public final class Ends {
  private final Console console;
  private final BiConsumer<Job, RunReport> view;
  private ExitCode exit = ExitCode.SUCCEEDED;

  /**
   * @param view shows a report
   */
  public Ends(Console console, BiConsumer<Job, RunReport> view) {
    this.console = console;
    this.view = view;
  }

  /** Of all jobs so far. */
  public ExitCode exit() {
    return exit;
  }

  void ended(Job job, RunReport report) {
    view.accept(job, report);
    keep(report.exit());
  }

  /** The job has no report: its session directory could not be made or written. */
  void broke(Job job, Throwable problem) {
    console.problem(
        job.label() + ": " + problem.getClass().getSimpleName() + ": " + problem.getMessage());
    keep(ExitCode.SANDBOX_FAILED);
  }

  /** A signal came before it began. */
  void notBegun(Job job) {
    console.problem(job.label() + " was not begun");
  }

  private void keep(ExitCode code) {
    exit = exit == ExitCode.SUCCEEDED ? code : exit;
  }
}
