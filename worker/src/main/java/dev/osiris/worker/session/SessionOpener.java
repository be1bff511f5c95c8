package dev.osiris.worker.session;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.component.ComponentCatalog;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.grant.Staging;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.unit.ByteSize;
import dev.osiris.wire.BearerToken;
import dev.osiris.wire.WireLimits;
import dev.osiris.worker.disk.DiskBudget;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.disk.Uploads;
import dev.osiris.worker.duckdb.StepFile;
import dev.osiris.worker.step.CommitLedger;
import dev.osiris.worker.step.Redaction;
import dev.osiris.worker.step.StepAttempt;
import dev.osiris.worker.step.StepRunner;
import dev.osiris.worker.step.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Opens sessions: folders, journal, ledger, and the first event. */
public final class SessionOpener implements SessionFactory {

  /**
   * What this worker is, the same for every session.
   *
   * @param drain how long steps may go on when the worker is asked to end
   */
  public record WorkerTraits(
      Path sessionRoot,
      String workerVersion,
      String duckdbVersion,
      MemoryBudget budget,
      String enforcement,
      Duration defaultLease,
      Duration drain,
      Map<String, String> limits) {}

  private final WorkerTraits traits;
  private final ComponentCatalog components;
  private final StepRunner runner;
  private final Redaction redaction;
  private final Clock clock;
  private final LongSupplier nanos;
  private final SecureRandom random = new SecureRandom();

  public SessionOpener(
      WorkerTraits traits,
      ComponentCatalog components,
      StepRunner runner,
      Redaction redaction,
      Clock clock,
      LongSupplier nanos) {
    this.traits = traits;
    this.components = components;
    this.runner = runner;
    this.redaction = redaction;
    this.clock = clock;
    this.nanos = nanos;
  }

  @Override
  public Session open(Command.OpenSession command) {
    int protocol = ProtocolVersions.SUPPORTED.agree(command.protocol());
    if (protocol == 0) {
      throw ProtocolViolation.noCommonVersion(command.protocol(), ProtocolVersions.SUPPORTED);
    }
    // Those of the session before.
    redaction.forget();
    Duration lease = command.lease().isPositive() ? command.lease() : traits.defaultLease();
    try {
      SessionDirectory directory = SessionDirectory.create(traits.sessionRoot(), command.session());
      StepFile.removeLeftovers(directory.data());
      List<JournalEntry> history =
          Files.exists(directory.journal()) ? JournalFile.readAll(directory.journal()) : List.of();
      Journal journal = Journal.open(directory.journal(), command.session(), clock);
      Session session = create(command, directory, journal, Ledger.of(history), lease);
      session.opened(
          session
              .keepDurably(opened(command, protocol, session.nextEpoch(), lease), "")
              .join()
              .sequence());
      session.attempts().endLost();
      return session;
    } catch (IOException e) {
      throw ProtocolViolation.invalid(
          "the session directory cannot be used: "
              + e.getClass().getSimpleName()
              + " "
              + e.getMessage());
    }
  }

  // The token is added on the stream and never kept.
  private Event.SessionOpened opened(
      Command.OpenSession command, int protocol, long epoch, Duration lease) {
    return new Event.SessionOpened(
        command.session(),
        protocol,
        ProtocolVersions.SUPPORTED,
        epoch,
        null,
        traits.workerVersion(),
        traits.duckdbVersion(),
        traits.budget(),
        traits.enforcement(),
        lease,
        List.copyOf(components.all()),
        traits.limits());
  }

  private Session create(
      Command.OpenSession command,
      SessionDirectory directory,
      Journal journal,
      Ledger ledger,
      Duration lease)
      throws IOException {
    GrantedPaths paths =
        new GrantedPaths(
            Path.of(command.project()),
            command.grants(),
            traits.sessionRoot(),
            new Staging(directory.staged()));
    ByteSize limit = command.disk().bytes() > 0 ? command.disk() : WireLimits.DISK;
    DiskBudget disk = DiskBudget.of(limit, directory);
    StepAttempt.Surroundings surroundings =
        new StepAttempt.Surroundings(
            directory, paths, disk, redaction, new StopSignal(), event -> {}, CommitLedger.NONE);
    Session.Setup setup =
        new Session.Setup(
            directory,
            BearerToken.create(random),
            new Lease(lease, nanos),
            traits.drain(),
            components,
            runner,
            surroundings,
            new Uploads(disk),
            command.acknowledgeCommits(),
            new Acknowledgements());
    return new Session(setup, journal, new MetricsLog(directory.metrics(), clock), ledger);
  }
}
