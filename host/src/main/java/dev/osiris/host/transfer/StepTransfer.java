package dev.osiris.host.transfer;

import dev.osiris.host.session.TransferFailed;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes up before a step and comes back after it. Its methods block, and end when their thread
 * is interrupted.
 *
 * @param mirror {@code null} when published files stay with the worker
 */
record StepTransfer(StepPaths paths, Inputs inputs, Targets targets, @Nullable Mirror mirror) {

  /** Looks at the step's targets and brings what it reads. */
  void before(StepSpec step) throws IOException, TransferFailed, InterruptedException {
    for (String path : paths.outputs(step)) {
      targets.require(path, step.baseDir());
    }
    List<String> read = paths.inputs(step);
    if (!read.isEmpty()) {
      inputs.forgetGone();
    }
    for (String path : read) {
      inputs.bring(path, step.baseDir());
    }
  }

  /**
   * Fetches what the step has left.
   *
   * @param fetched gets each target that is in its place now
   */
  void after(StepSpec step, StepResult result, List<Written> fetched)
      throws IOException, TransferFailed, InterruptedException {
    switch (result) {
      case StepResult.Succeeded done -> {
        fetch(step, done.written(), fetched);
        if (mirror != null) {
          mirror.outputs(step.id(), done.outputs());
          mirror.artifacts(step.id(), null);
        }
      }
      case StepResult.Failed failed -> {
        fetch(step, failed.written(), fetched);
        if (mirror != null) {
          mirror.artifacts(step.id(), failed.failure().where().rejects());
        }
      }
      case StepResult.Cancelled cancelled -> {
        if (mirror != null) {
          mirror.artifacts(step.id(), null);
        }
      }
    }
  }

  /** The worker deletes these outputs. */
  void release(List<StepId> steps) throws IOException {
    for (StepId step : steps) {
      if (mirror != null) {
        mirror.release(step);
      }
    }
  }

  /** A target may also be a table, of which nothing is to be fetched. */
  private void fetch(StepSpec step, List<Written> written, List<Written> fetched)
      throws IOException, TransferFailed, InterruptedException {
    List<String> asked = paths.outputs(step);
    for (Written target : new ArrayList<>(written)) {
      if (!asked.isEmpty()) {
        targets.fetch(step, target, asked);
      }
      fetched.add(target);
    }
  }
}
