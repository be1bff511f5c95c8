package dev.osiris.host.cli;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.Preparation.Prepared;
import dev.osiris.host.cli.setup.RunSettings;
import dev.osiris.host.cli.setup.RunSignals;
import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.cli.setup.UsageException;
import dev.osiris.host.cli.several.Ends;
import dev.osiris.host.cli.several.Job;
import dev.osiris.host.cli.several.JobRoom;
import dev.osiris.host.cli.several.SeveralRuns;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.cli.view.LiveProgress;
import dev.osiris.host.cli.view.PlainProgress;
import dev.osiris.host.cli.view.ReportView;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.run.Orchestrator;
import dev.osiris.host.run.RunControl;
import dev.osiris.host.run.RunListener;
import dev.osiris.host.run.RunOptions;
import dev.osiris.host.run.report.ReportJson;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.run.store.SessionNames;
import dev.osiris.host.session.WorkerConnection;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a pipeline, or several at a time. */
@Command(
    name = "run",
    description = "Runs a pipeline in a sandbox of its own, or several, some at a time.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class RunCommand implements Callable<Integer> {
  private final HostEnvironment environment;
  private final Console console;
  private final Preparation preparation;
  private final Sandboxes sandboxes;

  @Parameters(paramLabel = "PIPELINE", arity = "1..*", description = "Pipeline files (OML 0.1.0).")
  private List<Path> pipelines = List.of();

  @Mixin private Flags.Planning planning = new Flags.Planning();
  @Mixin private Flags.SandboxFlags sandbox = new Flags.SandboxFlags();
  @Mixin private Flags.Sessions sessions = new Flags.Sessions();

  @Option(
      names = "--session-id",
      paramLabel = "ID",
      description = "Name of the session. Default: one that sorts by time.")
  private @Nullable String sessionId;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Cancels the run after this time, such as 30s, 5m or 2h. Default: none.")
  private @Nullable String timeout;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Most pipelines at a time, each with all of --memory. Default: one a processor, as far as"
              + " their limits fit into the machine's memory; one on a remote worker.")
  private @Nullable String jobs;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description =
          "Most steps of a pipeline at a time. Default: " + RunSettings.DEFAULT_PARALLEL + ".")
  private @Nullable String parallel;

  @Option(
      names = "--retention",
      paramLabel = "KIND",
      description =
          "keep (the default), or eager: outputs go when their last reader has succeeded.")
  private @Nullable String retention;

  @Option(
      names = "--durability",
      paramLabel = "KIND",
      description =
          "sandbox: published files stay with the worker (the default where it shares the disk);"
              + " mirror: a step ends when they are in the session directory here, too.")
  private @Nullable String durability;

  @Option(
      names = "--retry-memory",
      paramLabel = "SIZE",
      description =
          "Tries a step that ran out of memory once more, by itself, in a sandbox with this much:"
              + " same, a factor such as 2x, or a size. Default: none, no such attempt.")
  private @Nullable String retryMemory;

  @Option(
      names = "--disk",
      paramLabel = "SIZE",
      description =
          "Most that the session may hold on disk: spilled data, published data and uploads."
              + " Default: 20g.")
  private @Nullable String disk;

  @Option(
      names = "--full-refresh",
      description =
          "Reads everything anew in steps that read only what is new since the last run (see"
              + " 'osiris state').")
  private boolean fullRefresh;

  @Option(
      names = {"-q", "--quiet"},
      description = "Says only what went wrong.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Says what the worker says, too.")
  private boolean verbose;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object a run on standard output, in the order of the pipelines, and"
              + " nothing else there. What keeps a run from beginning is told on standard error.")
  private boolean json;

  RunCommand(
      HostEnvironment environment, Console console, Preparation preparation, Sandboxes sandboxes) {
    this.environment = environment;
    this.console = console;
    this.preparation = preparation;
    this.sandboxes = sandboxes;
  }

  @Override
  public Integer call() throws IOException, SessionInUse, InterruptedException {
    if (sessionId != null && pipelines.size() > 1) {
      throw new UsageException("--session-id names one session, and there are several pipelines");
    }
    WorkerConnection.loadAhead();
    Flags.Settings settings = settings();
    // All of them first: a mistake in the last is told before the first has done anything.
    List<Prepared> prepared =
        pipelines.stream().map(file -> preparation.prepare(file, settings)).toList();
    prepared.forEach(RunCommand::requireMemory);
    RunSignals signals = new RunSignals(console, environment.halt());
    signals.listen();
    return prepared.size() == 1
        ? run(prepared.getFirst(), signals).exit().number()
        : several(prepared, signals);
  }

  private static void requireMemory(Prepared prepared) {
    ByteSize memory = prepared.config().sandbox().memory();
    if (memory.compareTo(MemoryBudget.MINIMUM) < 0) {
      throw new UsageException(
          "--memory " + memory + " is too little: a worker needs at least " + MemoryBudget.MINIMUM);
    }
  }

  private int several(List<Prepared> prepared, RunSignals signals) throws InterruptedException {
    prepared.stream()
        .filter(pipeline -> !isSilent(pipeline))
        .flatMap(pipeline -> pipeline.notes().stream())
        .distinct()
        .forEach(console::note);
    List<Job> all = Job.of(prepared, this::options);
    JobRoom.AtATime atATime =
        JobRoom.ofThisMachine().atATime(prepared.getFirst().config().run().jobs(), all);
    atATime.note().ifPresent(console::note);
    Ends ends =
        new Ends(
            console,
            (job, report) -> {
              if (report.status() != RunStatus.SUCCEEDED) {
                console.problem(job.label() + " " + report.status().word() + ":");
              }
              tell(report, isSilent(job.prepared()));
            });
    try (SeveralRuns runs = new SeveralRuns(environment, sandboxes, signals, atATime.jobs())) {
      runs.run(all, this::progress, ends);
    }
    return signals.stopped().map(RunSignals::exit).orElse(ends.exit()).number();
  }

  private RunReport run(Prepared prepared, RunSignals signals) throws IOException, SessionInUse {
    HostConfig config = prepared.config();
    boolean silent = isSilent(prepared);
    if (!silent) {
      prepared.notes().forEach(console::note);
    }
    RunOptions options = options(prepared);
    Orchestrator orchestrator =
        new Orchestrator(
            sandboxes.provider(config.sandbox()), environment.clock(), environment.nanos());
    RunReport report =
        orchestrate(orchestrator, prepared, options, signals.control(), silent, isLoud(prepared));
    tell(report, silent);
    return report;
  }

  private RunListener progress(Job job) {
    Prepared prepared = job.prepared();
    return new PlainProgress(console, job.label() + ": ", isSilent(prepared), isLoud(prepared));
  }

  private boolean isSilent(Prepared prepared) {
    return quiet || prepared.config().console().quiet();
  }

  private boolean isLoud(Prepared prepared) {
    return verbose || prepared.config().console().verbose();
  }

  private void tell(RunReport report, boolean silent) {
    ReportView view = new ReportView(console);
    if (json) {
      console.resultText(ReportJson.of(report).toString());
    } else if (!silent) {
      view.summary(report);
    }
    view.problems(report);
  }

  private RunReport orchestrate(
      Orchestrator orchestrator,
      Prepared prepared,
      RunOptions options,
      RunControl control,
      boolean silent,
      boolean loud)
      throws IOException, SessionInUse {
    var plan = prepared.planned().plan();
    String manifest = prepared.manifest().text();
    if (!silent && console.isTerminal()) {
      try (LiveProgress progress =
          new LiveProgress(console, loud, plan.steps().size(), environment.nanos())) {
        return orchestrator.run(plan, manifest, options, control, progress);
      }
    }
    return orchestrator.run(
        plan, manifest, options, control, new PlainProgress(console, silent, loud));
  }

  private RunOptions options(Prepared prepared) {
    return RunSettings.options(
        prepared.config(), session(), prepared.planned().grants(), environment.variables());
  }

  private SessionId session() {
    try {
      return sessionId == null
          ? SessionNames.next(environment.clock().instant(), new SecureRandom())
          : new SessionId(sessionId);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--session-id: " + e.getMessage());
    }
  }

  private Flags.Settings settings() {
    Flags.Settings settings = new Flags.Settings();
    planning.addTo(settings);
    sandbox.addTo(settings);
    sessions.addTo(settings);
    settings.add("timeout", timeout);
    settings.add("jobs", jobs);
    settings.add("parallel", parallel);
    settings.add("retention", retention);
    settings.add("durability", durability);
    settings.add("retry_memory", retryMemory);
    settings.add("disk", disk);
    settings.addSwitch("full_refresh", fullRefresh);
    settings.addSwitch("quiet", quiet);
    settings.addSwitch("verbose", verbose);
    return settings;
  }
}
