package dev.osiris.host.run;

/** Why a run was asked to stop before its end. */
public enum Stop {
  INTERRUPTED,
  TERMINATED,
  /** Its time limit is over. */
  TIMED_OUT
}
