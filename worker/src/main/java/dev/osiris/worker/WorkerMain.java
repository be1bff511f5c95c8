package dev.osiris.worker;

import dev.osiris.driver.StepEvents;
import dev.osiris.session.Event;
import dev.osiris.step.StepSpec;
import dev.osiris.wire.WireLimits;
import dev.osiris.worker.config.Folders;
import dev.osiris.worker.config.ListenAddress;
import dev.osiris.worker.config.WorkerArguments;
import dev.osiris.worker.config.WorkerConfig;
import dev.osiris.worker.disk.DiskBudget;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.duckdb.DuckDb;
import dev.osiris.worker.duckdb.Share;
import dev.osiris.worker.registry.DriverRegistry;
import dev.osiris.worker.sandbox.CgroupMemory;
import dev.osiris.worker.sandbox.HealthFile;
import dev.osiris.worker.sandbox.MemoryWatchdog;
import dev.osiris.worker.sandbox.PeakMemory;
import dev.osiris.worker.sandbox.ProcessMemory;
import dev.osiris.worker.sandbox.Sparing;
import dev.osiris.worker.sandbox.StandardStreams;
import dev.osiris.worker.server.DataStore;
import dev.osiris.worker.server.Rehearsal;
import dev.osiris.worker.server.ServerTls;
import dev.osiris.worker.server.WorkerServer;
import dev.osiris.worker.session.Session;
import dev.osiris.worker.session.SessionOpener;
import dev.osiris.worker.session.SessionSlot;
import dev.osiris.worker.step.Admission;
import dev.osiris.worker.step.AdmittedStepRunner;
import dev.osiris.worker.step.CurrentStep;
import dev.osiris.worker.step.DriverStepRunner;
import dev.osiris.worker.step.FailureMappingStepRunner;
import dev.osiris.worker.step.GuardedStepRunner;
import dev.osiris.worker.step.MeasuredStepRunner;
import dev.osiris.worker.step.Redaction;
import dev.osiris.worker.step.StepRunner;
import dev.osiris.worker.step.TimeLimitedStepRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds a worker, top to bottom, and serves until it is told to stop. */
public final class WorkerMain {

  private static final Duration DRAIN = Duration.ofSeconds(8);
  private static final int STOCK = 2;
  // For a supervisor, which starts another one.
  private static final int STUCK = 70;
  private static final long SAMPLE_MILLIS = 100;
  private static final int ATTEMPTS = 5;

  private WorkerMain() {}

  public static void main(String[] args) throws IOException, SQLException, InterruptedException {
    // The same results on every machine.
    Locale.setDefault(Locale.ROOT);
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    if (List.of(args).contains("--help")) {
      System.out.print(WorkerArguments.USAGE);
      return;
    }
    WorkerConfig config;
    ServerTls tls;
    try {
      config = WorkerArguments.parse(args, System.in);
      Folders.require(config);
      tls = config.tls() == null ? null : ServerTls.read(config.tls());
    } catch (IllegalArgumentException wrong) {
      System.err.println("worker: " + wrong.getMessage() + "; --help lists all arguments");
      System.exit(2);
      return;
    }
    Admission admission = new Admission(config.budget());
    // The two longest parts of a start, side by side: DuckDB's library, and drivers and gRPC.
    CompletableFuture<DuckDb> opening = inBackground(() -> open(config, admission));
    DriverRegistry registry;
    try {
      registry = DriverRegistry.load(config.drivers());
    } catch (IllegalStateException | ServiceConfigurationError broken) {
      System.err.println("worker: " + broken.getMessage());
      System.exit(2);
      return;
    }
    WorkerServer.load();
    serve(config, tls, registry, admission, opening.join());
  }

  private static DuckDb open(WorkerConfig config, Admission admission) {
    try {
      return new DuckDb(new DuckDb.Settings(config.spill(), usual(admission), STOCK));
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("DuckDB cannot be opened: " + e.getMessage(), e);
    }
  }

  /** As most steps of most sessions will have it, so that a cell can serve them as it is. */
  private static Share usual(Admission admission) {
    Share share = admission.share(StepSpec.Resources.DEFAULT);
    return share.spilling(DiskBudget.of(WireLimits.DISK).spill(admission.part(share)));
  }

  private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        work, task -> Thread.ofPlatform().daemon().name("start").start(task));
  }

  private static void serve(
      WorkerConfig config,
      @Nullable ServerTls tls,
      DriverRegistry registry,
      Admission admission,
      DuckDb duckdb)
      throws IOException, SQLException, InterruptedException {
    LongSupplier nanos = System::nanoTime;
    ScheduledExecutorService scheduler =
        Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().name("timer-", 0).daemon().factory());
    // The driver, then what surrounds it. Read upwards: each runner says in its own file what it
    // adds.
    StepRunner runner = new DriverStepRunner(registry::driver, duckdb, nanos);
    // Nearest to the driver, so that all others deal in results and never in exceptions.
    runner = new FailureMappingStepRunner(runner);
    // Inside of admission, which runs a step again that was stopped for its memory.
    runner =
        new GuardedStepRunner(
            runner,
            new MemoryWatchdog(
                config.budget(), heldBytes(config), ProcessMemory::majorFaults, nanos, scheduler));
    // Inside of admission, so that waiting is not counted as working.
    PeakMemory memory = new PeakMemory(ProcessMemory::anonymousBytes);
    runner = new MeasuredStepRunner(runner, nanos, memory);
    // Around the measured run, since a step that ran out of a part of the memory is run again.
    runner = new AdmittedStepRunner(runner, admission);
    // Around admission: a step that waits can be stopped, too.
    runner = new TimeLimitedStepRunner(runner, scheduler);
    // Once more outermost, for what ends a step before its driver runs.
    runner = new FailureMappingStepRunner(runner);

    StepRunner steps = runner;
    String engine = duckdb.version();
    Redaction redaction = new Redaction();
    Function<Path, SessionOpener> sessionsBelow =
        root ->
            new SessionOpener(
                traits(config, root, engine),
                registry.catalog(),
                steps,
                redaction,
                Clock.systemUTC(),
                nanos);
    SessionSlot slot = new SessionSlot(sessionsBelow.apply(config.sessionRoot()), duckdb::renew);
    // Before anything of a driver runs: what it prints becomes log events.
    StandardStreams streams =
        StandardStreams.capture(redaction::in, (error, line) -> log(slot, error, line));
    DataStore data = new DataStore(config.sessionRoot(), duckdb, usual(admission));
    WorkerServer server =
        new WorkerServer(config.listen(), tls, config.token(), slot, data, scheduler);
    HealthFile health =
        config.health() == null ? null : new HealthFile(config.health(), Clock.systemUTC());
    Shutdown shutdown = new Shutdown(slot, server, duckdb, health, config.spill(), config.runDir());
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("drain").unstarted(shutdown::drain));

    if (config.rehearse()) {
      Path scratch = Files.createDirectories(config.spill().resolve("rehearsal"));
      new Rehearsal(sessionsBelow.apply(scratch), scratch).run();
    }
    ListenAddress address;
    try {
      address = server.start();
    } catch (IOException taken) {
      System.err.println("worker: cannot listen at " + config.listen() + ": " + cause(taken));
      System.exit(2);
      return;
    }
    if (health != null) {
      var _ = scheduler.scheduleAtFixedRate(health::touch, 0, 1, TimeUnit.SECONDS);
    }
    watch(config, slot, scheduler);
    var _ =
        scheduler.scheduleWithFixedDelay(
            new Sparing(memory::sample, nanos),
            SAMPLE_MILLIS,
            SAMPLE_MILLIS,
            TimeUnit.MILLISECONDS);
    streams
        .realOut()
        .println(
            "{\"osiris_worker\":1,\"address\":\""
                + address
                + "\",\"pid\":"
                + ProcessHandle.current().pid()
                + "}");
    streams.realOut().flush();
    if (config.exitOnStdinEnd()) {
      awaitEnd(System.in);
      shutdown.hostGone();
      System.exit(0);
    } else {
      Thread.currentThread().join();
    }
  }

  /** The operating system's word, such as "Address already in use", is innermost. */
  private static String cause(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return String.valueOf(innermost.getMessage());
  }

  private static SessionOpener.WorkerTraits traits(
      WorkerConfig config, Path sessionRoot, String duckdbVersion) {
    return new SessionOpener.WorkerTraits(
        sessionRoot,
        version(),
        duckdbVersion,
        config.budget(),
        config.enforcement(),
        config.lease(),
        DRAIN,
        limits());
  }

  /** What the kernel counts against the limit, where it is the kernel who holds it. */
  private static LongSupplier heldBytes(WorkerConfig config) throws IOException {
    CgroupMemory cgroup = CgroupMemory.ofThisProcess().orElse(null);
    return cgroup != null && config.enforcement().equals("cgroup")
        ? cgroup.held()
        : ProcessMemory::anonymousBytes;
  }

  private static void watch(
      WorkerConfig config, SessionSlot slot, ScheduledExecutorService scheduler) {
    var _ =
        scheduler.scheduleWithFixedDelay(
            () -> endLease(config.stay(), slot), 1, 1, TimeUnit.SECONDS);
  }

  /**
   * A worker that hears from no host stops, so that nothing is left behind on a machine that nobody
   * looks at. One that stays waits for the next host, as long as it can serve one.
   */
  private static void endLease(boolean stay, SessionSlot slot) {
    if (slot.session().map(session -> session.lease().ended()).orElse(false)) {
      if (stay) {
        slot.close("lease ended", "");
      } else {
        slot.stop("lease ended");
        System.exit(0);
      }
    }
    if (stay && slot.stuck()) {
      System.err.println("a step of the last session does not stop, so this worker ends");
      System.exit(STUCK);
    }
  }

  private static boolean log(SessionSlot slot, boolean error, String line) {
    Optional<Session> session = slot.session();
    Event event =
        new Event.LogWritten(
            CurrentStep.get(), error ? StepEvents.Level.WARN : StepEvents.Level.INFO, line);
    session.ifPresent(open -> open.keep(event, ""));
    return session.isPresent();
  }

  private static void awaitEnd(InputStream in) throws IOException {
    while (in.read() >= 0) {
      // Nothing is expected here; only the end matters.
      continue;
    }
  }

  private static String version() {
    return Optional.ofNullable(WorkerMain.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  private static Map<String, String> limits() {
    Map<String, String> limits = new TreeMap<>(WireLimits.describe());
    return limits;
  }

  /** The two ways to stop: in order, or at once. */
  private record Shutdown(
      SessionSlot slot,
      WorkerServer server,
      DuckDb duckdb,
      @Nullable HealthFile health,
      Path spill,
      @Nullable Path runDir) {

    /**
     * SIGTERM: no new work, what runs may finish for a while, the rest is cancelled, every end is
     * told.
     */
    void drain() {
      server.drain();
      slot.stop("drained");
      try {
        if (health != null) {
          health.close();
        }
        server.close();
        duckdb.close();
      } catch (SQLException | IOException e) {
        System.err.println("the worker did not stop in order: " + e.getClass().getSimpleName());
      }
      removeFolders();
    }

    /**
     * The host is gone: nobody hears events, so what runs is cancelled, and the process ends within
     * a second.
     */
    void hostGone() {
      Thread.ofPlatform()
          .name("cancel")
          .daemon()
          .start(() -> {
            slot.stop("host gone");
            removeFolders();
          });
      Thread.ofPlatform()
          .name("halt")
          .daemon()
          .start(() -> {
            try {
              // A JVM takes some tenths of a second to halt beside running native code.
              TimeUnit.MILLISECONDS.sleep(500);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            // Also when the steps have not stopped in that time: their files are nobody's.
            removeFolders();
            Runtime.getRuntime().halt(0);
          });
    }

    /** Nobody else may be there to do it. */
    private void removeFolders() {
      remove(runDir);
      remove(spill);
    }

    private static void remove(@Nullable Path folder) {
      // Who else removes it, or still writes into it, may be in the way at this moment.
      for (int attempt = 1; folder != null && attempt <= ATTEMPTS; attempt++) {
        try {
          SessionDirectory.deleteTree(folder);
          return;
        } catch (IOException | UncheckedIOException e) {
          System.getLogger(WorkerMain.class.getName())
              .log(System.Logger.Level.DEBUG, "{0} stays behind: {1}", folder, e.toString());
        }
      }
    }
  }
}
