package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.run.report.ReportJson;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.SessionSettings;
import dev.osiris.session.Command;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Runs a plan in a sandbox of its own, from an empty session directory to {@code status.json}.
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
   * @throws SessionInUse when the session directory is somebody's already
   * @throws IOException when the session directory cannot be made or written
   */
  public RunReport run(
      Plan plan, String manifest, RunOptions wanted, RunControl control, RunListener listener)
      throws SessionInUse, IOException {
    try (SandboxSource.Place place = sandboxes.place(wanted)) {
      SessionFolder folder = place.folder();
      RunOptions options = wanted.withSession(folder.session());
      RunCourse course =
          new RunCourse(plan, options, folder.path(), sandboxes.kind(), clock.instant(), fromNow());
      boolean reported = false;
      try {
        folder.writeManifest(manifest);
        listener.runStarted(options.session().value(), folder.path());
        follow(plan, options, place, course, control, listener);
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

  private void follow(
      Plan plan,
      RunOptions options,
      SandboxSource.Place place,
      RunCourse course,
      RunControl control,
      RunListener listener) {
    SessionFolder folder = place.folder();
    Sandbox sandbox;
    try {
      control.enterBlocking();
      folder.log().write("sandbox_starting", Map.of("kind", sandboxes.kind()));
      sandbox = place.provider().start(spec(options, folder.path()));
    } catch (InterruptedException e) {
      course.stopped(control.stopped().orElse(Stop.INTERRUPTED));
      return;
    } catch (SandboxException e) {
      course.broke(e.failure());
      return;
    } finally {
      control.leaveBlocking();
    }
    try (sandbox) {
      folder.log().write("sandbox_started", Map.of("address", sandbox.address().toString()));
      sandbox.notes().forEach(listener::note);
      control.onKill(sandbox::close);
      converse(plan, options, folder, course, control, listener, sandbox);
    }
    folder.log().write("sandbox_closed", Map.of());
    sweep(folder);
  }

  /** What cannot be removed is somebody else's to look at; the run's verdict stands. */
  private static void sweep(SessionFolder folder) {
    try {
      folder.sweep();
    } catch (IOException e) {
      folder.log().write("sweep_failed", Map.of("detail", String.valueOf(e.getMessage())));
    }
  }

  private void converse(
      Plan plan,
      RunOptions options,
      SessionFolder folder,
      RunCourse course,
      RunControl control,
      RunListener listener,
      Sandbox sandbox) {
    SessionClient session;
    try {
      control.enterBlocking();
      session =
          SessionClient.open(
              sandbox,
              open(options),
              new RunEvents(listener, folder.log()),
              SessionSettings.standard(nanos));
    } catch (InterruptedException e) {
      course.stopped(control.stopped().orElse(Stop.INTERRUPTED));
      return;
    } catch (SessionLost e) {
      course.lost(e);
      return;
    } finally {
      control.leaveBlocking();
    }
    try (session) {
      listener.sessionOpened(session.opened());
      Map<StepId, Failure> problems = WorkerCheck.problems(plan, session.opened().components());
      if (!problems.isEmpty()) {
        course.invalid(problems);
        return;
      }
      Set<StepId> lone = LoneSteps.of(plan);
      StepDispatcher dispatcher =
          new StepDispatcher(
              session,
              course.ledger(),
              options,
              listener,
              step -> withShare(step, lone, session),
              course.elapsed());
      control.onStop(() -> control.stopped().ifPresent(dispatcher::stop));
      dispatcher.run(course.deadline());
      course.dispatched(dispatcher.stopped(), dispatcher.lost());
    } catch (InterruptedException e) {
      // Somebody who embeds this wants the thread back; the sandbox is closed on the way out.
      session.abandon();
      course.stopped(Stop.INTERRUPTED);
      Thread.currentThread().interrupt();
    }
  }

  /** Nanoseconds since now: sums with far deadlines do not overflow. */
  private LongSupplier fromNow() {
    long origin = nanos.getAsLong();
    return () -> nanos.getAsLong() - origin;
  }

  private static SandboxSpec spec(RunOptions options, Path sessionDir) {
    Path root = sessionDir.getParent();
    return new SandboxSpec(
        options.session(),
        root == null ? sessionDir : root,
        options.memory(),
        options.cpus(),
        options.grants(),
        options.drivers(),
        options.env(),
        sessionDir.resolve("logs").resolve("worker.log"),
        sessionDir,
        options.startTimeout());
  }

  private static Command.OpenSession open(RunOptions options) {
    return new Command.OpenSession(
        ProtocolVersions.SUPPORTED,
        options.session(),
        options.project().toString(),
        options.grants(),
        options.lease(),
        options.disk());
  }

  /**
   * A step beside which nothing can run gets all that the worker has, unless it says what it wants.
   */
  private static StepSpec withShare(StepSpec step, Set<StepId> lone, SessionClient session) {
    if (step.resources().memory() != null || !lone.contains(step.id())) {
      return step;
    }
    return new StepSpec(
        step.id(),
        step.attempt(),
        step.component(),
        step.config(),
        step.inputs(),
        step.baseDir(),
        new StepSpec.Resources(session.opened().budget().duckdb(), step.resources().threads()),
        step.timeout(),
        step.connection());
  }
}
