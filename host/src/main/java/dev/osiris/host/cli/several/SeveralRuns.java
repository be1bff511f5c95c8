package dev.osiris.host.cli.several;

import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.RunSignals;
import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.run.Orchestrator;
import dev.osiris.host.run.RunListener;
import dev.osiris.host.run.SandboxSource;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.pool.PoolSettings;
import dev.osiris.host.sandbox.pool.SandboxPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs several pipelines, some at a time. Those whose sandboxes are alike take their sessions from
 * a pool, which starts the next worker while the ones before still work.
 */
public final class SeveralRuns implements AutoCloseable {

  private final HostEnvironment environment;
  private final Sandboxes sandboxes;
  private final RunSignals signals;
  private final int atATime;
  private final Map<Job.Group, SandboxSource> sources = new ConcurrentHashMap<>();
  private final List<SandboxPool> pools = new ArrayList<>();

  /**
   * @param atATime most pipelines that run at a time
   */
  public SeveralRuns(
      HostEnvironment environment, Sandboxes sandboxes, RunSignals signals, int atATime) {
    this.environment = environment;
    this.sandboxes = sandboxes;
    this.signals = signals;
    this.atATime = atATime;
  }

  /**
   * Runs all of them and returns when each has ended.
   *
   * @param progress who hears of a job while it runs
   */
  public void run(List<Job> jobs, Function<Job, RunListener> progress, Ends ends)
      throws InterruptedException {
    jobs.stream()
        .collect(Collectors.groupingBy(Job::group, Collectors.counting()))
        .forEach((group, alike) -> sources.put(group, source(group, alike.intValue())));
    try (ExecutorService threads =
        Executors.newFixedThreadPool(atATime, Thread.ofPlatform().name("run-", 1).factory())) {
      List<Future<Optional<RunReport>>> reports = new ArrayList<>();
      for (Job job : jobs) {
        reports.add(threads.submit(() -> run(job, progress.apply(job))));
      }
      for (int i = 0; i < jobs.size(); i++) {
        tell(jobs.get(i), reports.get(i), ends);
      }
    }
  }

  /** Ends workers that nobody has taken. */
  @Override
  public void close() {
    pools.forEach(SandboxPool::close);
  }

  /** Empty when a signal came before it began. */
  private Optional<RunReport> run(Job job, RunListener progress) throws IOException, SessionInUse {
    if (signals.stopped().isPresent()) {
      return Optional.empty();
    }
    SandboxSource source = Objects.requireNonNull(sources.get(job.group()));
    return Optional.of(
        new Orchestrator(source, environment.clock(), environment.nanos())
            .run(
                job.prepared().planned().plan(),
                job.prepared().manifest().text(),
                job.options(),
                signals.control(),
                progress));
  }

  private static void tell(Job job, Future<Optional<RunReport>> end, Ends ends)
      throws InterruptedException {
    try {
      end.get().ifPresentOrElse(report -> ends.ended(job, report), () -> ends.notBegun(job));
    } catch (ExecutionException e) {
      ends.broke(job, Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  /**
   * A worker that is ready in advance is of use only where another run follows, and can be had only
   * where each run has its own.
   */
  private SandboxSource source(Job.Group group, int alike) {
    var provider = sandboxes.provider(group.sandbox());
    if (alike == 1 || group.isRemote()) {
      return SandboxSource.fresh(provider, environment.clock());
    }
    SandboxPool pool =
        new SandboxPool(
            provider,
            group.template(),
            PoolSettings.ready(1).expecting(alike),
            environment.clock(),
            environment.nanos());
    pools.add(pool);
    return SandboxSource.pooled(pool);
  }
}
