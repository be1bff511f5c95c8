package dev.osiris.host.run;

import dev.osiris.host.pipeline.Retry;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.session.SessionId;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Plans of steps of a fake worker, and how they are run. */
final class Runs {
  static final String MANIFEST = "manifest_version: 1\n";
  static final ByteSize MEMORY = ByteSize.ofMiB(256);

  private Runs() {}

  static Plan plan(PlannedStep... steps) {
    return new Plan("test", List.of(steps));
  }

  /** A step that reads what the others have published. */
  static PlannedStep step(String id, Retry retry, String... needs) {
    Map<String, InputRef> inputs = new LinkedHashMap<>();
    Set<StepId> ids = new LinkedHashSet<>();
    for (String need : needs) {
      ids.add(new StepId(need));
      inputs.put(need, new InputRef(new StepId(need), null));
    }
    return new PlannedStep(
        new StepId(id),
        "fake.step",
        Map.of(),
        ids,
        inputs,
        null,
        StepSpec.Resources.DEFAULT,
        null,
        retry,
        null);
  }

  /** A step without needs that remembers something. */
  static PlannedStep keeping(String id) {
    return new PlannedStep(
        new StepId(id),
        "fake.step",
        Map.of(),
        Set.of(),
        Map.of(),
        null,
        StepSpec.Resources.DEFAULT,
        null,
        Retry.NONE,
        null,
        true,
        null);
  }

  static List<String> statuses(RunReport report) {
    return report.steps().stream().map(step -> step.status().word()).toList();
  }

  /** Options below a folder, changed one by one. */
  record Options(
      Path root,
      int parallel,
      Duration timeout,
      RunOptions.Retention retention,
      ByteSize retryMemory) {

    static Options below(Path root) {
      return new Options(root, 8, null, RunOptions.Retention.KEEP, null);
    }

    Options withParallel(int most) {
      return new Options(root, most, timeout, retention, retryMemory);
    }

    Options withTimeout(Duration limit) {
      return new Options(root, parallel, limit, retention, retryMemory);
    }

    Options withRetention(RunOptions.Retention kind) {
      return new Options(root, parallel, timeout, kind, retryMemory);
    }

    Options withRetryMemory(ByteSize memory) {
      return new Options(root, parallel, timeout, retention, memory);
    }

    RunOptions build() {
      return new RunOptions(
          new SessionId("s-1"),
          root,
          root,
          List.of(),
          null,
          Map.of(),
          MEMORY,
          1,
          parallel,
          timeout,
          retention,
          null,
          Duration.ofSeconds(30),
          ByteSize.ofMiB(100),
          retryMemory,
          Duration.ofSeconds(10));
    }
  }
}
