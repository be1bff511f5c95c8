package dev.osiris.host.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.host.pipeline.PipelineParser;
import dev.osiris.host.pipeline.PipelineStep;
import dev.osiris.step.StepId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepOrderTest {

  @Test
  void order_isThatOfTheFile_amongStepsThatAreReady() {
    assertThat(order("a: []", "b: [e]", "c: []", "d: [a]", "e: [c]", "f: [b]"))
        .containsExactly("a", "c", "d", "e", "b", "f");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20261123})
  void order_respectsNeeds_andTakesTheFirstReadyStep_forRandomGraphs(long seed) {
    Random random = new Random(seed);
    int size = 1 + random.nextInt(60);
    List<Integer> rank = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      rank.add(random.nextInt(rank.size() + 1), i);
    }
    String[] steps = new String[size];
    for (int i = 0; i < size; i++) {
      List<String> needs = new ArrayList<>();
      for (int other = 0; other < size; other++) {
        if (rank.get(other) < rank.get(i) && random.nextInt(size) < 3) {
          needs.add("s" + other);
        }
      }
      steps[i] = "s" + i + ": [" + String.join(", ", needs) + "]";
    }

    List<PipelineStep> parsed = parse(steps);
    List<StepId> order = StepOrder.of(parsed);

    assertThat(order).hasSize(size).doesNotHaveDuplicates();
    assertThat(StepOrder.of(parsed)).isEqualTo(order);
    Map<StepId, PipelineStep> waiting = new HashMap<>();
    parsed.forEach(step -> waiting.put(step.id(), step));
    for (StepId next : order) {
      StepId firstReady =
          parsed.stream()
              .filter(step -> waiting.containsKey(step.id()))
              .filter(step -> step.needs().stream().noneMatch(waiting::containsKey))
              .map(PipelineStep::id)
              .findFirst()
              .orElseThrow();
      assertThat(next).as("seed %d", seed).isEqualTo(firstReady);
      waiting.remove(next);
    }
  }

  private static List<String> order(String... steps) {
    return StepOrder.of(parse(steps)).stream().map(StepId::value).toList();
  }

  /** Steps written as {@code id: [needs]}. */
  private static List<PipelineStep> parse(String... steps) {
    StringBuilder text = new StringBuilder("oml_version: 0.1.0\nname: t\nsteps:\n");
    for (String step : steps) {
      String[] parts = step.split(": ");
      text.append("  - {id: %s, component: c, needs: %s}\n".formatted(parts[0], parts[1]));
    }
    return PipelineParser.parse("p", text.toString()).steps();
  }
}
