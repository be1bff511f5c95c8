package dev.osiris.host.run;

import dev.osiris.failure.DiskFull;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.run.report.ReportJson;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Runs a plan in a sandbox of its own, from an empty session directory to {@code status.json}. A
 * sandbox that was lost is replaced where a step is to be tried again.
 *
 * <p>Every run ends in a {@link RunReport}, whatever happens to its sandbox; the sandbox is gone
 * when it returns.
 */
public final class Orchestrator {
  private final SandboxSource sandboxes;
  private final InstantSource clock;
  private final LongSupplier nanos;

  /**
   * Each run starts a sandbox for itself.
   *
   * @param nanos a clock that never goes back, for durations
   */
  public Orchestrator(SandboxProvider provider, InstantSource clock, LongSupplier nanos) {
    this(SandboxSource.fresh(provider, clock), clock, nanos);
  }

  /**
   * @param sandboxes where each run gets one
   * @param nanos a clock that never goes back, for durations
   */
  public Orchestrator(SandboxSource sandboxes, InstantSource clock, LongSupplier nanos) {
    this.sandboxes = sandboxes;
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Runs a plan to its end.
   *
   * @param manifest the plan's canonical text, without secrets
   * @throws SessionInUse when the session directory is somebody's already, or the state that steps
   *     of the pipeline keep from run to run
   * @throws IOException when the session directory cannot be made or written
   */
  public RunReport run(
      Plan plan, String manifest, RunOptions wanted, RunControl control, RunListener listener)
      throws SessionInUse, IOException {
    try (RunStates states = RunStates.of(plan, wanted);
        SandboxSource.Place place = sandboxes.place(wanted)) {
      SessionFolder folder = place.folder();
      RunOptions options = wanted.withSession(folder.session());
      RunCourse course =
          new RunCourse(
              states.plan(), options, folder.path(), sandboxes.kind(), clock.instant(), fromNow());
      boolean reported = false;
      try {
        folder.writeManifest(manifest);
        listener.runStarted(options.session().value(), folder.path());
        follow(course, place, control, listener);
        if (course.report().status() == RunStatus.SUCCEEDED) {
          commit(states, course);
        }
        reported = true;
      } finally {
        if (!reported) {
          course.broke(Failure.of(FailureCode.INTERNAL_ERROR, "the host failed; its log says how"));
        }
        RunReport report = course.report();
        folder.log().write("run_ended", Map.of("status", report.status().word()));
        folder.writeStatus(ReportJson.status(report));
      }
      return course.report();
    }
  }

  /** One sandbox after the other, as long as there is something for another one to do. */
  private void follow(
      RunCourse course, SandboxSource.Place place, RunControl control, RunListener listener) {
    SessionFolder folder = place.folder();
    SandboxTurn turn = new SandboxTurn(place, course, control, listener, nanos);
    ByteSize memory = course.options().memory();
    turn.take(memory);
    while (course.nextMemory() != null) {
      memory = course.nextMemory();
      folder.log().write("sandbox_replaced", Map.of("memory", memory.toString()));
      listener.note("the sandbox is replaced by one with " + memory + " of memory");
      course.nextTurn();
      turn.take(memory);
    }
    course.settle().forEach(listener::stepEnded);
    sweep(folder);
  }

  /** What the steps have read counts as read from now on. */
  private void commit(RunStates states, RunCourse course) {
    try {
      states.commit(course.report(), clock.instant());
    } catch (IOException e) {
      Failure failure =
          DiskFull.isMeantBy(e)
              ? DiskFull.failure()
              : Failure.of(
                  FailureCode.INTERNAL_ERROR,
                  "all steps have succeeded, and how far they have read cannot be kept: "
                      + e.getMessage());
      course.broke(failure.advise("The next run reads the same rows again."));
    }
  }

  /** What cannot be removed is somebody else's to look at; the run's verdict stands. */
  private static void sweep(SessionFolder folder) {
    try {
      folder.sweep();
    } catch (IOException e) {
      folder.log().write("sweep_failed", Map.of("detail", String.valueOf(e.getMessage())));
    }
  }

  /** Nanoseconds since now: sums with far deadlines do not overflow. */
  private LongSupplier fromNow() {
    long origin = nanos.getAsLong();
    return () -> nanos.getAsLong() - origin;
  }
}
