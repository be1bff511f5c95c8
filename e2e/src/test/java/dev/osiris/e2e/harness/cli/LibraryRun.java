package dev.osiris.e2e.harness.cli;

import dev.osiris.e2e.harness.Installation;
import dev.osiris.failure.Failure;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.run.Orchestrator;
import dev.osiris.host.run.RunControl;
import dev.osiris.host.run.RunListener;
import dev.osiris.host.run.RunOptions;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The host as a library: a pipeline of a project in sandboxes of a provider that the test brings.
 */
public final class LibraryRun {
  private final Project project;
  private final SandboxProvider provider;
  private final RunControl control = new RunControl();
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final Flags.Settings settings = new Flags.Settings();
  private Consumer<JournalEntry> watcher = entry -> {};
  private RunOptions.@Nullable Durability durability;
  private RunOptions.Retention retention = RunOptions.Retention.KEEP;
  private ByteSize disk = ByteSize.parse("1g");
  private @Nullable Duration timeout;
  private LongSupplier nanos = System::nanoTime;

  public LibraryRun(Project project, SandboxProvider provider) {
    this.project = project;
    this.provider = provider;
    settings.add("session_root", project.sessions().toString());
  }

  public LibraryRun with(RunOptions.Durability kind) {
    durability = kind;
    return this;
  }

  public LibraryRun with(RunOptions.Retention kind) {
    retention = kind;
    return this;
  }

  public LibraryRun withDisk(String size) {
    disk = ByteSize.parse(size);
    return this;
  }

  public LibraryRun withTimeout(Duration limit) {
    timeout = limit;
    return this;
  }

  /** The host's clock, in place of the system's. */
  public LibraryRun withClock(LongSupplier clock) {
    nanos = clock;
    return this;
  }

  /** Lets steps read below a folder beside the project. */
  public LibraryRun reading(Path folder) {
    settings.addAll("allow_read", List.of(folder.toString()));
    return this;
  }

  /** Hears every event of the worker. */
  public LibraryRun watching(Consumer<JournalEntry> entries) {
    watcher = entries;
    return this;
  }

  public RunControl control() {
    return control;
  }

  /** What people were told besides. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  public RunReport run(Path pipeline) throws Exception {
    HostEnvironment environment =
        new HostEnvironment(
            Map.of(),
            project.folder(),
            Installation.workerHome(),
            InstantSource.system(),
            System::nanoTime,
            code -> {});
    Preparation.Prepared prepared = new Preparation(environment).prepare(pipeline, settings);
    return new Orchestrator(provider, InstantSource.system(), nanos)
        .run(
            prepared.planned().plan(),
            prepared.manifest().text(),
            options(prepared),
            control,
            new Listener());
  }

  /** A step of a report. */
  public static StepReport step(RunReport report, String id) {
    return report.steps().stream()
        .filter(step -> step.id().value().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private RunOptions options(Preparation.Prepared prepared) {
    return new RunOptions(
        new SessionId("run"),
        project.sessions(),
        project.folder(),
        prepared.planned().grants(),
        null,
        Map.of(),
        ByteSize.parse("256m"),
        2,
        1,
        timeout,
        retention,
        durability,
        Duration.ofSeconds(30),
        disk,
        null,
        Duration.ofSeconds(60));
  }

  private final class Listener implements RunListener {
    @Override
    public void runStarted(String session, Path sessionDir) {}

    @Override
    public void sessionOpened(Event.SessionOpened opened, String transport) {}

    @Override
    public void stepSent(StepId step) {}

    @Override
    public void event(JournalEntry entry) {
      watcher.accept(entry);
    }

    @Override
    public void stepEnded(StepReport step) {}

    @Override
    public void stepRetried(StepId step, int attempt, Failure why, Duration pause) {}

    @Override
    public void note(String text) {
      notes.add(text);
    }
  }
}
