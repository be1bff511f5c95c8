package dev.osiris.e2e.badinput;

import static dev.osiris.e2e.badinput.BadRun.invocation;
import static dev.osiris.e2e.badinput.BadRun.steps;
import static dev.osiris.e2e.badinput.BadRun.text;

import dev.osiris.e2e.badinput.BadRun.Invocation;
import dev.osiris.e2e.harness.cli.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pipelines and command lines that are refused before anything runs, and sandboxes that cannot be
 * had.
 */
final class BadPipelines {

  private static final String ONE =
      "- {id: one, component: duckdb.processor, config: {query: SELECT 1 AS n}}";

  private BadPipelines() {}

  static Stream<BadRun> all() {
    return Stream.of(structure(), configuration(), usage(), sandboxes()).flatMap(cases -> cases);
  }

  private static Stream<BadRun> structure() {
    return Stream.of(
        invalid(
            "steps that need each other in a circle",
            List.of("pipeline.yaml", "a", "b"),
            """
            - {id: a, component: duckdb.processor, needs: [b], config: {query: SELECT 1 AS n}}
            - {id: b, component: duckdb.processor, needs: [a], config: {query: SELECT 1 AS n}}
            """),
        invalid("two steps of one id", List.of("pipeline.yaml", "one"), ONE + "\n" + ONE),
        invalid(
            "two step ids that differ only by case",
            List.of("pipeline.yaml", "one", "ONE"),
            ONE + "\n" + ONE.replace("id: one", "id: ONE")),
        invalid(
            "a step id that is a path",
            List.of("pipeline.yaml", "../one"),
            ONE.replace("id: one", "id: ../one")),
        invalid(
            "a need that no step has",
            List.of("pipeline.yaml", "other"),
            ONE.replace("config", "needs: [other], config")),
        new BadRun(
            "a pipeline that is not YAML",
            2,
            "",
            List.of("pipeline.yaml"),
            project -> text(project, "oml_version: \"0.1.0\"\nname: [unclosed\n")),
        new BadRun(
            "a key twice in one map",
            2,
            "",
            List.of("pipeline.yaml", "name"),
            project ->
                text(project, "oml_version: \"0.1.0\"\nname: a\nname: b\nsteps:\n  " + ONE + "\n")),
        new BadRun(
            "a key of an older format",
            2,
            "",
            List.of("pipeline.yaml", "tasks", "steps"),
            project ->
                text(
                    project,
                    "oml_version: \"0.1.0\"\nname: a\ntasks: []\nsteps:\n  " + ONE + "\n")));
  }

  private static Stream<BadRun> configuration() {
    return Stream.of(
        invalid(
            "a configuration key that does not exist",
            List.of("pipeline.yaml", "read", "delimter", "delimiter"),
            "- {id: read, component: filesystem.csv_extractor, config: {path: in.csv, delimter: ';'}}"),
        invalid(
            "a configuration key that is missing",
            List.of("pipeline.yaml", "read", "path"),
            "- {id: read, component: filesystem.csv_extractor, config: {}}"),
        invalid(
            "a configuration value of the wrong type",
            List.of("pipeline.yaml", "read", "limit", "whole number"),
            "- {id: read, component: filesystem.csv_extractor, config: {path: in.csv, limit: many}}"),
        invalid(
            "a component that does not exist",
            List.of("pipeline.yaml", "filesystem.csv_extractr", "filesystem.csv_extractor"),
            "- {id: read, component: filesystem.csv_extractr, config: {path: in.csv}}"),
        invalid(
            "a writer of a step with several tables",
            List.of("pipeline.yaml", "write", "inputs", "people"),
            """
            - {id: people, component: duckdb.processor, config: {queries: {actors: SELECT 1 AS n, directors: SELECT 2 AS n}}}
            - {id: write, component: filesystem.csv_writer, needs: [people], config: {path: out.csv}}
            """),
        new BadRun(
            "a connection that does not exist",
            2,
            "",
            List.of("pipeline.yaml", "@filesystem.nowhere"),
            project ->
                steps(
                    project,
                    "- {id: read, component: filesystem.csv_extractor, config: {connection: '@filesystem.nowhere', path: in.csv}}")),
        new BadRun(
            "a connection whose variable is not set",
            2,
            "",
            List.of("OSIRIS_TEST_UNSET"),
            project -> {
              project.file(
                  "osiris_connections.yaml",
                  "version: 1\nconnections:\n  filesystem:\n    local: {base_dir: \"${OSIRIS_TEST_UNSET}\"}\n");
              return steps(
                  project,
                  "- {id: read, component: filesystem.csv_extractor, config: {connection: '@filesystem.local', path: in.csv}}");
            }));
  }

  private static Stream<BadRun> usage() {
    return Stream.of(
        new BadRun(
            "a pipeline file that does not exist",
            2,
            "",
            List.of("nowhere.yaml"),
            project -> invocation(project.arguments(project.path("nowhere.yaml"), "--quiet"))),
        new BadRun(
            "an option that does not exist",
            2,
            "",
            List.of("--memroy"),
            project -> steps(project, ONE, "--memroy", "1g")),
        new BadRun(
            "an option's value that cannot be read",
            2,
            "",
            List.of("memory", "much"),
            project -> steps(project, ONE, "--memory", "much")),
        new BadRun(
            "a parameter that the pipeline does not have",
            2,
            "",
            List.of("--param", "colour"),
            project -> steps(project, ONE, "--param", "colour=red")),
        new BadRun(
            "a session id that exists",
            2,
            "",
            List.of("taken", "--session-id"),
            project -> {
              Files.createDirectories(project.sessions().resolve("taken/logs"));
              return steps(project, ONE, "--session-id", "taken");
            }),
        new BadRun(
            "a session id that is a path",
            2,
            "",
            List.of("--session-id", "../up"),
            project -> steps(project, ONE, "--session-id", "../up")));
  }

  private static Stream<BadRun> sandboxes() {
    return Stream.of(
        new BadRun(
            "no worker where it should be",
            3,
            "sandbox_unavailable",
            List.of("osiris.worker.home", "scripts/build"),
            project -> {
              Path empty = Files.createDirectory(project.folder().resolveSibling("empty"));
              return new Invocation(new Cli().withWorker(empty), steps(project, ONE).arguments());
            }),
        new BadRun(
            "too little memory for a worker",
            2,
            "",
            List.of("--memory"),
            project -> steps(project, ONE, "--memory", "32m")),
        new BadRun(
            "a driver folder without drivers",
            2,
            "",
            List.of("--drivers"),
            project -> {
              Path empty = Files.createDirectory(project.folder().resolveSibling("no-drivers"));
              return steps(project, ONE, "--drivers", empty.toString());
            }));
  }

  private static BadRun invalid(String name, List<String> named, String steps) {
    return new BadRun(name, 2, "", named, project -> steps(project, steps));
  }
}
