package dev.osiris.host.run.report;

/** What the command line ends with. */
public enum ExitCode {
  SUCCEEDED(0),
  /** A failure that belongs to a step, out of memory and timeout included. */
  STEP_FAILED(1),
  /** Wrong usage, or a pipeline that is not valid. */
  USAGE(2),
  /** The sandbox or the worker failed and no step can be blamed, or the outcome is unknown. */
  SANDBOX_FAILED(3),
  /** SIGINT. */
  INTERRUPTED(130),
  /** SIGTERM. */
  TERMINATED(143);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
