package dev.osiris.host.run.report;

import java.util.Locale;

/** How a run ended. */
public enum RunStatus {
  SUCCEEDED,
  FAILED,
  CANCELLED,
  /** Steps may still be running, or have done what nobody saw. */
  UNKNOWN;

  /** As reports write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
