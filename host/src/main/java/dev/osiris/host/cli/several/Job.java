package dev.osiris.host.cli.several;

import dev.osiris.host.cli.setup.Preparation.Prepared;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.run.RunOptions;
import dev.osiris.host.sandbox.SessionTemplate;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * One of several pipelines to run.
 *
 * @param label tells it from the others, for people
 * @param options its session is given by the pool where one is used
 */
public record Job(String label, Prepared prepared, RunOptions options) {

  /** Pipelines under their names; where two have the same, under their files. */
  public static List<Job> of(List<Prepared> pipelines, Function<Prepared, RunOptions> options) {
    List<String> names = pipelines.stream().map(Job::name).toList();
    return pipelines.stream()
        .map(pipeline -> {
          String name = name(pipeline);
          boolean alone = Collections.frequency(names, name) == 1;
          return new Job(
              alone ? name : pipeline.pipeline().toString(), pipeline, options.apply(pipeline));
        })
        .toList();
  }

  private static String name(Prepared prepared) {
    return prepared.planned().plan().pipeline();
  }

  /** What jobs must have in common to take their sessions from one pool. */
  record Group(HostConfig.Sandbox sandbox, SessionTemplate template) {

    /** Whether its runs share a worker that is there already, and serves one of them at a time. */
    boolean isRemote() {
      return sandbox.kind() == HostConfig.SandboxKind.REMOTE;
    }
  }

  Group group() {
    return new Group(prepared.config().sandbox(), options.template());
  }
}
