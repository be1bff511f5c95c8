package dev.osiris.host.run.report;

import java.util.Locale;

/** How a step ended within a run. */
public enum StepStatus {
  SUCCEEDED,
  FAILED,
  CANCELLED,
  /** Nobody saw its end. */
  UNKNOWN,
  /** It was never started, because the run stopped before. */
  SKIPPED,
  /** Its outputs of an earlier run stand. */
  REUSED;

  /** As reports write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
