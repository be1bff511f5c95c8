package dev.osiris.e2e.badinput;

import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of the command line that cannot succeed.
 *
 * @param name one line for people, and the key of its row in {@code docs/errors.md}
 * @param exit the exit code
 * @param code of the failure, in lower case; empty where no step can be blamed
 * @param named what the message must name: file, field, step, and what to do
 * @param prepare makes files and says what to run
 */
record BadRun(String name, int exit, String code, List<String> named, Prepare prepare) {

  BadRun {
    named = List.copyOf(named);
  }

  /** Makes what is needed in a project. */
  @FunctionalInterface
  interface Prepare {
    Invocation in(Project project) throws Exception;
  }

  /** What to run. */
  record Invocation(Cli cli, List<String> arguments) {

    CliResult run() {
      return cli.run(arguments);
    }
  }

  /** A pipeline of these steps. */
  static Invocation steps(Project project, String steps, String... options) {
    return invocation(project.arguments(project.pipeline(steps), quiet(options)));
  }

  /** The text of a whole pipeline. */
  static Invocation text(Project project, String pipeline, String... options) {
    return invocation(project.arguments(project.file("pipeline.yaml", pipeline), quiet(options)));
  }

  static Invocation invocation(List<String> arguments) {
    return new Invocation(new Cli(), arguments);
  }

  private static String[] quiet(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--quiet");
    return all.toArray(String[]::new);
  }

  @Override
  public String toString() {
    return name;
  }
}
