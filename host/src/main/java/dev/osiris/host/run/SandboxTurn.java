package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.SessionSettings;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.host.transfer.Transfer;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * One sandbox's turn in a run: it is started, the session is opened in its worker, steps run in it
 * until they have ended or it has, and it is closed. Most runs have one; a later one continues the
 * same session directory, whose journal tells its worker what the earlier ones have done.
 */
final class SandboxTurn {
  private final SandboxSource.Place place;
  private final RunCourse course;
  private final RunControl control;
  private final RunListener listener;
  private final LongSupplier nanos;

  SandboxTurn(
      SandboxSource.Place place,
      RunCourse course,
      RunControl control,
      RunListener listener,
      LongSupplier nanos) {
    this.place = place;
    this.course = course;
    this.control = control;
    this.listener = listener;
    this.nanos = nanos;
  }

  /**
   * Takes the turn; the course hears how it went.
   *
   * @param memory of the sandbox
   */
  void take(ByteSize memory) {
    Sandbox sandbox;
    try {
      control.enterBlocking();
      folder()
          .log()
          .write(
              "sandbox_starting",
              Map.of("kind", place.provider().kind(), "memory", memory.toString()));
      sandbox = place.provider().start(spec(memory));
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
      folder()
          .log()
          .write(
              "sandbox_started",
              Map.of(
                  "transport",
                  sandbox.transport(),
                  "address",
                  sandbox.address().toString(),
                  "shares_disk",
                  sandbox.sharesDisk()));
      sandbox.notes().forEach(listener::note);
      control.onKill(sandbox::close);
      converse(sandbox, memory);
    }
    folder().log().write("sandbox_closed", Map.of());
  }

  private SessionFolder folder() {
    return place.folder();
  }

  private void converse(Sandbox sandbox, ByteSize memory) {
    RunEvents events = new RunEvents(listener, folder().log(), course.metrics(), course.commits());
    Transfer transfer = transfer(sandbox);
    SessionClient session;
    try {
      control.enterBlocking();
      transfer.bringBack(course.ledger().readBySteps());
      session =
          place.open(
              sandbox,
              course
                  .options()
                  .template()
                  .open(folder().session(), sandbox.grantAccess(), !sandbox.sharesDisk()),
              transfer.hearing(events),
              SessionSettings.standard(nanos));
    } catch (InterruptedException e) {
      transfer.close();
      course.stopped(control.stopped().orElse(Stop.INTERRUPTED));
      return;
    } catch (SessionLost e) {
      transfer.close();
      course.lost(e);
      return;
    } catch (TransferFailed e) {
      transfer.close();
      course.broke(e.failure());
      return;
    } finally {
      control.leaveBlocking();
    }
    try (transfer;
        session) {
      listener.sessionOpened(session.opened(), sandbox.transport());
      Plan plan = course.plan();
      Map<StepId, Failure> problems = WorkerCheck.problems(plan, session.opened().components());
      if (!problems.isEmpty()) {
        course.invalid(problems);
        return;
      }
      StepDispatcher dispatcher =
          new StepDispatcher(
              transfer.around(session),
              course.ledger(),
              WorkerRoom.of(memory, session.opened().budget(), plan),
              course.options(),
              events,
              course.elapsed());
      control.onStop(() -> control.stopped().ifPresent(dispatcher::stop));
      course.dispatched(dispatcher.run(course.deadline()), transfer.continuable());
    } catch (InterruptedException e) {
      // Somebody who embeds this wants the thread back; the sandbox is closed on the way out.
      session.abandon();
      course.stopped(Stop.INTERRUPTED);
      Thread.currentThread().interrupt();
    }
  }

  private Transfer transfer(Sandbox sandbox) {
    RunOptions options = course.options();
    return Transfer.of(
        sandbox,
        folder(),
        new Transfer.Settings(
            options.project(),
            options.grants(),
            options.mirrors(sandbox.sharesDisk()),
            options.disk(),
            listener::note,
            nanos));
  }

  private SandboxSpec spec(ByteSize memory) {
    return course
        .options()
        .template()
        .withMemory(memory)
        .sandbox(folder().session(), folder().path());
  }
}
