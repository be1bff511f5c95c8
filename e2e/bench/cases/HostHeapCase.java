package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import dev.osiris.failure.Failure;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.run.Orchestrator;
import dev.osiris.host.run.RunControl;
import dev.osiris.host.run.RunListener;
import dev.osiris.host.run.RunOptions;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the host keeps of a step that has ended: a run of many steps by the host as a library, in this JVM. */
public final class HostHeapCase implements Case {

  private static final int FEW = 100;
  private static final int MANY = 1_000;
  private static final double LIMIT_KB = 10;

  @Override
  public String name() {
    return "hostheap";
  }

  @Override
  public String about() {
    return "heap that the host keeps of a finished step";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path folder = lab.fresh("hostheap");
    List<Double> kilobytes = new ArrayList<>();
    for (int i = 0; i < lab.pairs(); i++) {
      kilobytes.add(kept(lab, folder, "run-" + i) / 1e3 / (MANY - FEW));
    }
    String note = "live heap after %d steps of a run, above that after %d".formatted(MANY, FEW);
    return List.of(Figure.of("heap of the host for each finished step", "KB", kilobytes, LIMIT_KB, note));
  }

  /** Bytes that the live heap has grown by from the end of few steps to the end of many, in one run. */
  private static long kept(Lab lab, Path folder, String session) throws Exception {
    StringBuilder yaml = new StringBuilder("oml_version: \"0.1.0\"\nname: bench-hostheap\nsteps:\n");
    for (int i = 0; i < MANY; i++) {
      yaml.append("  - {id: s%04d, component: duckdb.processor, mode: transform, needs: [], config: {query: SELECT 1 AS x}}\n".formatted(i));
    }
    Path pipeline = Files.writeString(folder.resolve("pipeline.yaml"), yaml.toString());
    HostEnvironment environment =
        new HostEnvironment(Map.of(), folder, lab.repository().resolve("worker/target"), InstantSource.system(), System::nanoTime, code -> {});
    Preparation.Prepared prepared = new Preparation(environment).prepare(pipeline, new Flags.Settings());
    Heap heap = new Heap();
    RunReport report =
        new Orchestrator(lab.workers().process(), InstantSource.system(), System::nanoTime)
            .run(prepared.planned().plan(), prepared.manifest().text(), options(folder, session, prepared), new RunControl(), heap);
    if (report.status() != RunStatus.SUCCEEDED) {
      throw new IllegalStateException("the run has " + report.status().word());
    }
    Reference.reachabilityFence(prepared); // The plan is there all the time, and so in neither.
    return heap.ofMany - heap.ofFew;
  }

  private static RunOptions options(Path folder, String session, Preparation.Prepared prepared) {
    return new RunOptions(
        new SessionId(session),
        folder.resolve("sessions"),
        folder,
        prepared.planned().grants(),
        null,
        Map.of(),
        ByteSize.parse("256m"),
        2,
        1,
        null,
        RunOptions.Retention.KEEP,
        null,
        Duration.ofSeconds(30),
        ByteSize.parse("1g"),
        null,
        Duration.ofSeconds(60));
  }

  /** Looks when few and when many steps have ended. */
  private static final class Heap implements RunListener {
    private int ended;
    private volatile long ofFew;
    private volatile long ofMany;

    private static long live() {
      System.gc();
      return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public void runStarted(String session, Path sessionDir) {}

    @Override
    public void sessionOpened(Event.SessionOpened opened, String transport) {}

    @Override
    public void stepSent(StepId step) {}

    @Override
    public void event(JournalEntry entry) {}

    @Override
    public void stepEnded(StepReport step) {
      ended++;
      if (ended == FEW) {
        ofFew = live();
      } else if (ended == MANY) {
        ofMany = live();
      }
    }

    @Override
    public void stepRetried(StepId step, int attempts, Failure failure, Duration pause) {}

    @Override
    public void note(String text) {}
  }
}
