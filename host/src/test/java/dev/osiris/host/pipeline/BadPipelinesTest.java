package dev.osiris.host.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of {@code bad-pipelines.txt}: all problems, each with line, column and step. */
class BadPipelinesTest {

  private static final String HEAD = "oml_version: \"0.1.0\"\nname: t\nsteps:\n";

  record Case(String name, String text, List<String> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void parser_reportsEveryProblem(Case bad) {
    PipelineException refused =
        catchThrowableOfType(PipelineException.class, () -> PipelineParser.parse("p", bad.text()));

    assertThat(refused).isNotNull();
    assertThat(refused.problems().stream().map(PipelineProblem::toString).toList())
        .containsExactlyElementsOf(bad.expected());
  }

  @Test
  void table_holdsAtLeastFortyCases() throws IOException {
    assertThat(cases()).hasSizeGreaterThanOrEqualTo(40);
  }

  static Stream<Case> cases() throws IOException {
    String table;
    try (InputStream in = BadPipelinesTest.class.getResourceAsStream("bad-pipelines.txt")) {
      table = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Case> cases = new ArrayList<>();
    for (String block : table.split("(?m)^=== ")) {
      int line = block.indexOf('\n');
      int end = block.indexOf("---\n");
      if (!block.startsWith("#")) {
        cases.add(
            read(
                block.substring(0, line),
                block.substring(line + 1, end),
                block.substring(end + 4)));
      }
    }
    return cases.stream();
  }

  private static Case read(String name, String text, String expected) {
    List<String> problems =
        Arrays.stream(expected.split("\n")).filter(line -> !line.isBlank()).toList();
    return new Case(name, text.startsWith("@\n") ? HEAD + text.substring(2) : text, problems);
  }
}
