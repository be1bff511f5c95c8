package dev.osiris.worker.duckdb;

/** DuckDB stopped because it was told to: no failure of the step, but its end as cancelled. */
public final class StepInterrupted extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StepInterrupted() {
    super("the step was asked to stop");
  }
}
