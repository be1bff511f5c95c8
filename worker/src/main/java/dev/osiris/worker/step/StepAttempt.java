package dev.osiris.worker.step;

import dev.osiris.component.ComponentSpec;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.step.StepSpec;
import dev.osiris.worker.disk.DiskBudget;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.duckdb.Share;
import java.util.regex.Pattern;

/**
 * One attempt of a step with all that it needs to run.
 *
 * @param share what DuckDB may use; set by admission
 */
public record StepAttempt(
    StepSpec spec,
    ComponentSpec component,
    InputResolver.Inputs inputs,
    Share share,
    Surroundings surroundings) {

  /**
   * What all attempts of a session share, and what is this attempt's alone but no part of its
   * content.
   *
   * @param redaction knows the secrets of the session's connections
   * @param commits of the step at targets outside the session
   */
  public record Surroundings(
      SessionDirectory directory,
      GrantedPaths paths,
      DiskBudget disk,
      Redaction redaction,
      StopSignal stop,
      EventSink events,
      CommitLedger commits) {

    private static final int MAX_TEXT = 8_192;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]");

    private Surroundings with(StopSignal newStop) {
      return new Surroundings(directory, paths, disk, redaction, newStop, events, commits);
    }

    /**
     * A text as it may leave a step, and the one way for it to do so: with the paths that the host
     * knows, without secrets and control characters, bounded. It is cut last, since half a secret
     * would not be found.
     */
    public String outward(String text) {
      String clean = CONTROL.matcher(redaction.in(paths.hostNames(text))).replaceAll("?");
      return clean.length() <= MAX_TEXT ? clean : clean.substring(0, MAX_TEXT - 1) + "…";
    }
  }

  public StepAttempt with(Share newShare) {
    return new StepAttempt(spec, component, inputs, newShare, surroundings);
  }

  public StepAttempt with(StopSignal newStop) {
    return new StepAttempt(spec, component, inputs, share, surroundings.with(newStop));
  }

  public StopSignal stop() {
    return surroundings.stop();
  }

  public EventSink events() {
    return surroundings.events();
  }
}
