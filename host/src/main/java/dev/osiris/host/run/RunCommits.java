package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What workers say of commits outside the session, for the steps whose worker is gone before it
 * told how they ended. Safe between threads.
 */
final class RunCommits {
  private final Map<StepId, PendingCommit> begun = new ConcurrentHashMap<>();
  private final Map<StepId, List<Written>> written = new ConcurrentHashMap<>();

  void heard(Event event) {
    switch (event) {
      case Event.CommitBegun commit -> begun.put(commit.step(), commit.commit());
      case Event.TargetCommitted target -> {
        begun.remove(target.step());
        written.compute(
            target.step(),
            (step, before) -> {
              List<Written> all = new ArrayList<>(before == null ? List.of() : before);
              all.add(target.written());
              return List.copyOf(all);
            });
      }
      case Event.StepEnded(StepResult result) when !isOfALostWorker(result) -> {
        // The worker has said itself what there is to say.
        begun.remove(result.step());
        written.remove(result.step());
      }
      default -> {
        // The other events are about no target.
      }
    }
  }

  /** Targets that hold a step's rows, and whose step has not ended. */
  List<Written> written(StepId step) {
    return written.getOrDefault(step, List.of());
  }

  /** The failure of a step of which nobody knows whether it has written. */
  Optional<Failure> unsettled(StepId step) {
    return Optional.ofNullable(begun.get(step))
        .map(commit ->
            Failure.of(
                    FailureCode.OUTCOME_UNKNOWN,
                    "the worker was lost while it committed "
                        + commit.rows()
                        + " rows to "
                        + commit.target()
                        + "; they are there or not, and nobody has asked")
                .advise(
                    "look whether the rows are there before you run it again; with retry a further"
                        + " attempt asks the server by itself"));
  }

  private static boolean isOfALostWorker(StepResult result) {
    return result instanceof StepResult.Failed failed
        && failed.failure().code() == FailureCode.WORKER_LOST;
  }
}
