package dev.osiris.worker.step;

import dev.osiris.component.ComponentSpec;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.step.StepSpec;
import dev.osiris.worker.disk.DiskBudget;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.duckdb.Share;

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
   */
  public record Surroundings(
      SessionDirectory directory,
      GrantedPaths paths,
      DiskBudget disk,
      StopSignal stop,
      EventSink events) {

    private Surroundings with(StopSignal newStop) {
      return new Surroundings(directory, paths, disk, newStop, events);
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
