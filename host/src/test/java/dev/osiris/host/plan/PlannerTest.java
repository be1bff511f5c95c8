package dev.osiris.host.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.host.config.HostConfig;
import dev.osiris.host.connection.BundledFamilies;
import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.connection.Variables;
import dev.osiris.host.pipeline.PipelineException;
import dev.osiris.host.pipeline.PipelineParser;
import dev.osiris.host.pipeline.PipelineProblem;
import dev.osiris.session.Grant;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannerTest {

  private static final String HEAD = "oml_version: \"0.1.0\"\nname: t\nsteps:\n";
  private static final String READ =
      "  - {id: a, component: filesystem.csv_extractor, config: {path: a.csv}}\n";

  @TempDir private Path temporary;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(temporary.toRealPath().resolve("project"));
  }

  @Test
  void config_isValidatedWithDefaults_andSorted() {
    PlannedStep step =
        plan("""
          - id: a
            component: filesystem.csv_extractor
            config: {path: a.csv, columns: [b, a]}
        """)
            .plan()
            .steps()
            .getFirst();

    assertThat(step.config())
        .containsExactly(
            Map.entry("columns", List.of("b", "a")),
            Map.entry("delimiter", ","),
            Map.entry("path", "a.csv"));
  }

  @Test
  void configProblems_nameTheLineOfTheKey() {
    assertThat(
            problems(
                """
                  - id: a
                    component: filesystem.csv_extractor
                    mode: write
                    config:
                      delimiter: ";;"
                      pth: a.csv
                      columns:
                        - a
                        - 7
                  - {id: b, component: duckdb.processor, config: {query: q, queries: {x: 1}}}
                  - {id: d, component: filesystem.csv_writer}
                  - {id: e, component: duckdb.procesor, config: {anything: 1}}
                  - {id: f, component: api.extractor, config: {key: abc}}
                """))
        .containsExactly(
            "p:6:5: step 'a': 'mode' is write, and filesystem.csv_extractor is used with 'mode: read'",
            "p:7:5: step 'a': config key 'path' is required: the path",
            "p:8:7: step 'a': config key 'delimiter' must be one character",
            "p:9:7: step 'a': config key 'pth' is not known to filesystem.csv_extractor; did you"
                + " mean 'path'?",
            "p:12:11: step 'a': config key 'columns[1]' must be a text",
            "p:13:42: step 'b': config key 'query' or 'queries' exclude each other; give only one",
            "p:13:71: step 'b': config key 'queries.x' must be a query",
            "p:14:5: step 'd': config key 'path' is required: the path",
            "p:15:13: step 'e': component 'duckdb.procesor' is not known; did you mean"
                + " 'duckdb.processor'?",
            "p:16:48: step 'f': config key 'key' is a secret and may not stand in a pipeline; put"
                + " it into a connection in osiris_connections.yaml, as 'key: \"${VARIABLE}\"'");
  }

  @Test
  void unknownComponent_isANote_whenTheWorkerMayKnowIt() {
    Planned planned =
        new Planner(Fixtures.CATALOG, true)
            .plan(
                PipelineParser.parse(
                    "p",
                    HEAD
                        + "  - {id: a, component: acme.reader, config: {x: null, n: {b: 1, a: 2}}}\n"),
                settings(Map.of(), Map.of()));

    assertThat(planned.notes())
        .containsExactly(
            "step 'a': component 'acme.reader' is not known here; its configuration is checked by"
                + " the worker");
    assertThat(planned.plan().steps().getFirst().config().toString())
        .isEqualTo("{n={a=2, b=1}, x=null}");
  }

  @Test
  void needs_becomeInputs_butNotThoseOnWriters() {
    Plan plan =
        plan(READ
                + """
                  - {id: w, component: filesystem.csv_writer, config: {path: w.csv}}
                  - {id: b, component: filesystem.csv_extractor, config: {path: b.csv}}
                  - {id: p, component: duckdb.processor, needs: [b, w, a], config: {query: q}}
                """)
            .plan();

    assertThat(inputs(plan, 1)).containsExactly(Map.entry("a", ref("a", null)));
    assertThat(inputs(plan, 2)).isEmpty();
    assertThat(plan.steps().get(2).needs()).containsExactly(new StepId("w"));
    assertThat(inputs(plan, 3))
        .containsExactly(Map.entry("b", ref("b", null)), Map.entry("a", ref("a", null)));
    assertThat(plan.steps().get(3).needs())
        .containsExactly(new StepId("b"), new StepId("w"), new StepId("a"));
  }

  @Test
  void writer_isRefused_whenItWouldGetSeveralTablesOrNone() {
    assertThat(
            problems(
                READ
                    + """
                      - {id: b, component: duckdb.processor, config: {queries: {films: q, actors: q}}}
                      - {id: w1, component: filesystem.csv_writer, config: {path: w}}
                      - {id: w2, component: filesystem.csv_writer, needs: [a, b], config: {path: w}}
                      - {id: w3, component: filesystem.csv_writer, needs: [w2], config: {path: w}}
                      - {id: w4, component: filesystem.csv_writer, inputs: {x: a, y: b.films}, config: {path: w}}
                      - {id: w5, component: filesystem.csv_writer, inputs: {x: w4}, config: {path: w}}
                      - {id: e, component: filesystem.csv_extractor, inputs: {x: a}, config: {path: w}}
                      - {id: ok, component: filesystem.csv_writer, inputs: {input: b.actors}, config: {path: w}}
                    """))
        .containsExactly(
            "p:6:5: step 'w1': filesystem.csv_writer takes one table, and 'b' makes 2 (actors, films);"
                + " choose one: 'inputs: {input: b.actors}'",
            "p:7:48: step 'w2': filesystem.csv_writer takes one table and would get 2 (a, b); choose"
                + " one: 'inputs: {input: a}'",
            "p:8:48: step 'w3': filesystem.csv_writer takes one table and none of the steps it needs"
                + " makes one; name it: 'inputs: {input: <step>}'",
            "p:9:48: step 'w4': filesystem.csv_writer takes one table and would get 2 (a, b.films);"
                + " choose one: 'inputs: {input: a}'",
            "p:10:48: step 'w5': input 'x' reads step 'w4', which is a writer and makes nothing to"
                + " read; to wait for it write 'needs: [w4]'",
            "p:11:50: step 'e': filesystem.csv_extractor takes no inputs; to wait for other steps"
                + " write 'needs: [a]'");
  }

  @Test
  void writer_isPlanned_whenTheOtherNeedIsAnUnknownWriter() {
    Planned planned =
        new Planner(Fixtures.CATALOG, true)
            .plan(
                PipelineParser.parse(
                    "p",
                    HEAD
                        + READ
                        + """
                          - {id: x, component: acme.sink, mode: write}
                          - {id: w, component: filesystem.csv_writer, needs: [a, x], config: {path: w}}
                        """),
                settings(Map.of(), Map.of()));

    assertThat(inputs(planned.plan(), 2)).containsOnlyKeys("a");
  }

  @Test
  void connection_givesTheFolder_andItsGrant() throws IOException {
    Path in = Files.createDirectories(temporary.toRealPath().resolve("in"));
    Path out = Files.createDirectories(temporary.toRealPath().resolve("out"));
    Path below = Files.createDirectories(project.resolve("data"));
    Planned planned =
        planWithConnections(
            """
            connections:
              filesystem:
                in: {base_dir: ../in}
                out: {base_dir: "${OUT:-../nowhere}"}
                below: {base_dir: data}
            """,
            """
              - {id: a, component: filesystem.csv_extractor, config: {path: a.csv, connection: "@filesystem.in"}}
              - {id: b, component: filesystem.csv_extractor, config: {path: a.csv, connection: "@filesystem.below"}}
              - {id: w, component: filesystem.csv_writer, config: {path: w, connection: "@filesystem.out"}}
            """,
            Map.of("OUT", out.toString()));

    assertThat(planned.plan().steps())
        .extracting(PlannedStep::baseDir)
        .containsExactly(in.toString(), below.toString(), out.toString());
    assertThat(planned.plan().steps().getFirst().config()).doesNotContainKey("connection");
    assertThat(planned.grants())
        .containsExactlyInAnyOrder(
            new Grant(project.toString(), true),
            new Grant(in.toString(), false),
            new Grant(out.toString(), true));
  }

  @Test
  void defaultConnection_isTakenByFilesystemComponentsAlone() throws IOException {
    Files.createDirectories(project.resolve("data"));
    Planned planned =
        planWithConnections(
            "connections: {filesystem: {x: {base_dir: .}, y: {base_dir: data, default: true}}}\n",
            READ + "  - {id: b, component: duckdb.processor, config: {query: q}}\n",
            Map.of());

    assertThat(planned.plan().steps())
        .extracting(PlannedStep::baseDir)
        .containsExactly(project.resolve("data").toString(), null);
  }

  @Test
  void connections_areRefused_whenTheyDoNotFit() {
    PipelineException refused =
        catchThrowableOfType(
            PipelineException.class,
            () ->
                planWithConnections(
                    "connections:\n  mysql: {shop: {password: \"${X}\"}}\n  filesystem:\n    local: {base_dir: none}\n    var: {base_dir: \"${UNSET}/x\"}\n",
                    """
                      - {id: a, component: filesystem.csv_extractor, config: {path: p, connection: "@mysql.shop"}}
                      - {id: b, component: filesystem.csv_extractor, config: {path: p, connection: "@filesystem.locl"}}
                      - {id: d, component: filesystem.csv_extractor, config: {path: p, connection: local}}
                      - {id: e, component: duckdb.processor, config: {query: q, connection: "@filesystem.local"}}
                      - {id: f, component: filesystem.csv_extractor, config: {path: p, connection: "@filesystem.local"}}
                      - {id: g, component: filesystem.csv_extractor, config: {path: p, connection: "@filesystem.var"}}
                    """,
                    Map.of()));

    assertThat(messages(refused))
        .containsExactlyInAnyOrder(
            "p:4:68: step 'a': connection '@mysql.shop' is of the family 'mysql', and"
                + " filesystem.csv_extractor takes one of the family 'filesystem'",
            "p:5:68: step 'b': there is no connection '@filesystem.locl'; did you mean 'local'?",
            "p:6:68: step 'd': config key 'connection' must be written as \"@family.alias\"",
            "p:7:61: step 'e': duckdb.processor reads and writes no files, so it takes no connection"
                + " '@filesystem.local'",
            project.resolve("osiris_connections.yaml")
                + ":5:11: step 'g': connection '@filesystem.var': field 'base_dir' needs the"
                + " environment variable UNSET, which is not set; set it, put it into .env, or write"
                + " '${UNSET:-fallback}'",
            "base_dir of step 'f': '"
                + project.resolve("none")
                + "' does not exist; create it first");
  }

  @Test
  void connection_isRefused_whenThereIsNoFile() {
    assertThat(
            problems(
                "  - {id: a, component: filesystem.csv_extractor, config: {path: p, connection: \"@filesystem.x\"}}\n"))
        .containsExactly(
            "p:4:68: step 'a': there is no connection '@filesystem.x'; no osiris_connections.yaml was"
                + " found");
  }

  @Test
  void grants_areRealFolders_withoutThoseThatOthersCover() throws IOException {
    Path outside = Files.createDirectories(temporary.toRealPath().resolve("outside/deep"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), outside.getParent());
    Files.createDirectories(project.resolve("sub"));
    HostConfig config =
        Fixtures.config(
            project,
            Map.of(
                "allow_read", List.of("sub", link.toString(), outside.toString()),
                "allow_write", List.of(outside.toString())));

    assertThat(plan(READ, new PlanSettings(config, ConnectionsFile.none(), Map.of())).grants())
        .containsExactlyInAnyOrder(
            new Grant(project.toString(), true),
            new Grant(outside.getParent().toString(), false),
            new Grant(outside.toString(), true));
  }

  @Test
  void grant_isAProblem_whenTheFolderDoesNotExist() {
    HostConfig config = Fixtures.config(project, Map.of("allow_read", List.of("nowhere")));

    PipelineException refused =
        catchThrowableOfType(
            PipelineException.class,
            () -> plan(READ, new PlanSettings(config, ConnectionsFile.none(), Map.of())));
    assertThat(messages(refused))
        .containsExactly(
            "--allow-read: '" + project.resolve("nowhere") + "' does not exist; create it first");
  }

  @Test
  void retry_isKept() {
    Planned planned = plan(READ.replace("config:", "retry: 3, config:"));

    assertThat(planned.plan().steps().getFirst().retry().maxAttempts()).isEqualTo(3);
    assertThat(planned.notes()).isEmpty();
  }

  private Planned planWithConnections(
      String connections, String steps, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(project.resolve("osiris_connections.yaml"), connections);
    return plan(
        steps,
        new PlanSettings(
            Fixtures.config(project, Map.of()),
            ConnectionsFile.read(file, BundledFamilies.ALL, new Variables(environment)),
            environment));
  }

  private Planned plan(String steps) {
    return plan(steps, settings(Map.of(), Map.of()));
  }

  private static Planned plan(String steps, PlanSettings settings) {
    return new Planner(Fixtures.CATALOG, false)
        .plan(PipelineParser.parse("p", HEAD + steps), settings);
  }

  private PlanSettings settings(Map<String, List<String>> flags, Map<String, String> environment) {
    return new PlanSettings(Fixtures.config(project, flags), ConnectionsFile.none(), environment);
  }

  private List<String> problems(String steps) {
    return messages(catchThrowableOfType(PipelineException.class, () -> plan(steps)));
  }

  private static List<String> messages(PipelineException refused) {
    assertThat(refused).isNotNull();
    return refused.problems().stream().map(PipelineProblem::toString).toList();
  }

  private static Map<String, InputRef> inputs(Plan plan, int index) {
    return plan.steps().get(index).inputs();
  }

  private static InputRef ref(String step, String output) {
    return new InputRef(new StepId(step), output);
  }
}
