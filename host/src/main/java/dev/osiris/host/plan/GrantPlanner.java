package dev.osiris.host.plan;

import dev.osiris.component.ComponentKind;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.pipeline.PipelineProblem;
import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.yaml.Position;
import dev.osiris.session.Grant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Settles which folders of this machine a session's steps may reach. Used once. */
final class GrantPlanner {

  private final HostConfig.Paths paths;
  private final ProblemLog problems;

  /** Real path to "may be written", parents before what they hold. */
  private final Map<Path, Boolean> roots = new TreeMap<>();

  GrantPlanner(HostConfig.Paths paths, ProblemLog problems) {
    this.paths = paths;
    this.problems = problems;
  }

  /** Real paths; one that lies in another with the same right or a greater one is left out. */
  List<Grant> grants(Collection<CheckedStep> steps) {
    roots.put(paths.project().folder(), true);
    paths.allowRead().forEach(path -> add(path, false, "--allow-read"));
    paths.allowWrite().forEach(path -> add(path, true, "--allow-write"));
    for (CheckedStep step : steps) {
      if (step.baseDir() != null) {
        boolean reads = step.kind() == ComponentKind.EXTRACTOR;
        add(step.baseDir(), !reads, "base_dir of step '" + step.step().id() + "'");
      }
    }
    List<Grant> grants = new ArrayList<>();
    roots.forEach((path, writable) -> {
      if (!isCovered(path, writable)) {
        grants.add(new Grant(path.toString(), writable));
      }
    });
    return grants;
  }

  private void add(Path path, boolean writable, String origin) {
    try {
      roots.merge(path.toRealPath(), writable, Boolean::logicalOr);
    } catch (IOException missing) {
      problems.add(
          new PipelineProblem(
              origin, Position.NONE, null, "'" + path + "' does not exist; create it first"));
    }
  }

  private boolean isCovered(Path path, boolean writable) {
    for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
      Boolean right = roots.get(parent);
      if (right != null && (right || !writable)) {
        return true;
      }
    }
    return false;
  }
}
