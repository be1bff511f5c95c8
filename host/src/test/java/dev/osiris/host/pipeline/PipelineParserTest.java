package dev.osiris.host.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.component.ComponentKind;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineParserTest {

  private static final String HEAD = "oml_version: \"0.1.0\"\nname: t\nsteps:\n";

  @Test
  void pipeline_keepsEverythingThatIsWritten() {
    Pipeline pipeline =
        PipelineParser.parse(
            "p.yaml",
            """
            oml_version: 0.1.0
            name: daily orders
            description: every day
            metadata: {owner: me}
            schedule: "0 5 * * *"
            params: {min_total: {default: 10}, plain: text}
            profiles: {dev: {params: {min_total: 1}}}
            steps:
              - id: read
                component: filesystem.csv_extractor
                mode: extract
                description: the orders
                config: {path: orders.csv}
                resources: {memory: 256m, threads: 2}
                retry: {max_attempts: 3, delay: 5s, backoff: linear}
                timeout: 2m
            """);

    assertThat(pipeline.name()).isEqualTo("daily orders");
    assertThat(pipeline.about()).containsOnlyKeys("description", "metadata", "schedule");
    assertThat(pipeline.params().get("min_total").defaultValue().value()).isEqualTo(10L);
    assertThat(pipeline.profiles().get("dev").get("min_total").value()).isEqualTo(1L);
    PipelineStep step = pipeline.steps().getFirst();
    assertThat(step.mode()).isEqualTo(ComponentKind.EXTRACTOR);
    assertThat(step.config().value()).isEqualTo(Map.of("path", "orders.csv"));
    assertThat(step.resources()).isEqualTo(new StepSpec.Resources(ByteSize.ofMiB(256), 2));
    assertThat(step.timeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(step.retry())
        .isEqualTo(
            new Retry(3, Duration.ofSeconds(5), Duration.ofSeconds(30), Retry.Backoff.LINEAR));
  }

  @Test
  void needs_areTheStepBefore_whenNothingIsSaid() {
    List<PipelineStep> steps =
        steps(
            """
              - {id: a, component: c}
              - {id: b, component: c}
              - {id: d, component: c, needs: []}
              - {id: e, component: c, needs: a}
              - {id: f, component: c, inputs: {}}
            """);

    assertThat(steps)
        .extracting(step -> step.needs().stream().map(StepId::value).toList())
        .containsExactly(List.of(), List.of("a"), List.of(), List.of("a"), List.of("e"));
  }

  @Test
  void inputs_implyNeeds_andReplaceTheStepBefore() {
    List<PipelineStep> steps =
        steps(
            """
              - {id: a, component: c}
              - {id: b, component: c, needs: []}
              - {id: d, component: c, inputs: {x: a}}
              - {id: e, component: c, needs: [d], inputs: {x: a, y: b.actors}}
            """);

    assertThat(ids(steps.get(2))).containsExactly("a");
    assertThat(ids(steps.get(3))).containsExactly("d", "a", "b");
    assertThat(steps.get(3).inputs())
        .containsExactly(
            Map.entry("x", new InputRef(new StepId("a"), null)),
            Map.entry("y", new InputRef(new StepId("b"), "actors")));
  }

  @Test
  void input_isTheLongestStepIdThatFits() {
    List<PipelineStep> steps =
        steps(
            """
              - {id: a, component: c}
              - {id: a.b, component: c}
              - {id: a.b.csv, component: c}
              - {id: d, component: c, inputs: {w: a.b.csv, x: a.b.tsv, y: a.c.d, z: a.b.csv.gz}}
            """);

    assertThat(steps.get(3).inputs().values())
        .containsExactly(
            new InputRef(new StepId("a.b.csv"), null),
            new InputRef(new StepId("a.b"), "tsv"),
            new InputRef(new StepId("a"), "c.d"),
            new InputRef(new StepId("a.b.csv"), "gz"));
  }

  @Test
  void inputsAndNeeds_mayNameStepsFurtherDown() {
    List<PipelineStep> steps =
        steps("  - {id: a, component: c, needs: [b]}\n  - {id: b, component: c, needs: []}\n");

    assertThat(ids(steps.getFirst())).containsExactly("b");
  }

  @Test
  void ids_mayBeOfAnyScript() {
    List<PipelineStep> steps =
        steps(
            """
              - {id: größe, component: c}
              - {id: 注文, component: c}
              - {id: สินค้า, component: c}
              - {id: by day-1_x.y, component: c}
              - {id: 2024, component: c, needs: [2024-01]}
              - {id: 2024-01, component: c, needs: [注文]}
            """);

    assertThat(steps)
        .extracting(step -> step.id().value())
        .containsExactly("größe", "注文", "สินค้า", "by day-1_x.y", "2024", "2024-01");
  }

  @Test
  void exampleOfThePredecessor_isReadAsItIs() {
    Pipeline pipeline =
        PipelineParser.parse(
            "p",
            """
            oml_version: "0.1.0"
            name: daily-orders
            params: {min_total: {default: 10}}
            steps:
              - {id: read_orders, component: filesystem.csv_extractor, mode: read, config: {path: data/orders.csv}}
              - id: by_day
                component: duckdb.processor
                mode: transform
                needs: [read_orders]
                config: {query: "select day, sum(total) t from df_read_orders where total > ${params.min_total} group by 1"}
              - {id: out, component: filesystem.csv_writer, mode: write, needs: [by_day], config: {path: out/by_day.csv}}
            """);

    assertThat(pipeline.steps()).hasSize(3);
  }

  @Test
  void chainOfTwoThousandSteps_isRead_andOneMoreIsNot() {
    StringBuilder text = new StringBuilder(HEAD);
    for (int i = 0; i < PipelineParser.MAX_STEPS; i++) {
      text.append("  - {id: step_").append(i).append(", component: c, config: {path: x}}\n");
    }

    assertThat(PipelineParser.parse("p", text.toString()).steps())
        .hasSize(2000)
        .last()
        .satisfies(last -> assertThat(ids(last)).containsExactly("step_1998"));
    assertThatThrownBy(() -> PipelineParser.parse("p", text + "  - {id: one_more, component: c}\n"))
        .hasMessage("p:3:1: a pipeline has at most 2000 steps, and this one has 2001");
  }

  @Test
  void cycleOfTwoThousandSteps_isPrintedOnce() {
    StringBuilder text = new StringBuilder(HEAD + "  - {id: s0, component: c, needs: [s1999]}\n");
    for (int i = 1; i < PipelineParser.MAX_STEPS; i++) {
      text.append("  - {id: s").append(i).append(", component: c}\n");
    }

    assertThatThrownBy(() -> PipelineParser.parse("p", text.toString()))
        .isInstanceOfSatisfying(
            PipelineException.class, refused -> assertThat(refused.problems()).hasSize(1))
        .hasMessageStartingWith(
            "p:4:28: step 's0': the needs form a cycle: s0 -> s1999 -> s1998 -> ")
        .hasMessageContaining(" -> s1991 -> (1981 more) -> s9 -> ")
        .hasMessageEndingWith(" -> s1 -> s0");
  }

  @Test
  void file_isRead_orIsAProblemItself(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, HEAD + "  - {id: a, component: c}\n");

    assertThat(PipelineParser.read(file).source()).isEqualTo(file.toString());
    assertThatThrownBy(() -> PipelineParser.read(folder.resolve("none.yaml")))
        .isInstanceOf(PipelineException.class)
        .hasMessage(folder.resolve("none.yaml") + ": does not exist");
  }

  private static List<PipelineStep> steps(String steps) {
    return PipelineParser.parse("p", HEAD + steps).steps();
  }

  private static List<String> ids(PipelineStep step) {
    return step.needs().stream().map(StepId::value).toList();
  }
}
