package dev.osiris.host.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.pipeline.PipelineException;
import dev.osiris.host.pipeline.PipelineParser;
import dev.osiris.host.pipeline.PipelineProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters of a pipeline, from their sources to the configuration of a step. */
class ParamsTest {

  @TempDir private Path project;
  private final Map<String, List<String>> flags = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private String params = "";

  @Test
  void value_comesFromTheHighestSource() throws IOException {
    params = "params: {x: {default: low}}\nprofiles: {dev: {params: {x: profile}}}\n";
    assertThat(value("${params.x}")).isEqualTo("low");

    Files.writeString(project.resolve("osiris.yaml"), "params: {x: file, unrelated: 1}\n");
    assertThat(value("${params.x}")).isEqualTo("file");

    environment.put("OSIRIS_PARAM_X", "environment");
    environment.put("OSIRIS_PARAM_UNRELATED", "1");
    assertThat(value("${params.x}")).isEqualTo("environment");

    flags.put("profile", List.of("dev"));
    assertThat(value("${params.x}")).isEqualTo("profile");

    flags.put("params", List.of("x=flag", "x=last=flag"));
    assertThat(value("${params.x}")).isEqualTo("last=flag");
  }

  @Test
  void wholeValue_keepsItsType_andTextInsideAText() {
    params = "params: {n: 10, d: 1.50, b: true, l: [1, {z: 1, a: \"${params.n}\"}], t: '007'}\n";

    assertThat(value("${params.n}")).isEqualTo(10L);
    assertThat(value("${params.d}")).isEqualTo(1.5);
    assertThat(value("${params.b}")).isEqualTo(true);
    assertThat(value("${params.t}")).isEqualTo("007");
    assertThat(value("${params.l}")).isEqualTo(List.of(1L, Map.of("z", 1L, "a", "${params.n}")));
    assertThat(value("n=${params.n} d=${ params.d } b=${params.b} t=${params.t}"))
        .isEqualTo("n=10 d=1.50 b=true t=007");
  }

  @ParameterizedTest
  @CsvSource({
    "10, 20, 20, Long",
    "10, 2.5, 2.5, Double",
    "text, 20, 20, String",
    "'\"7\"', 007, 007, String",
    "1.5, 2, 2, Long",
    "true, false, false, Boolean",
    "'[a]', '[b, c]', '[b, c]', List",
    "'{default: null}', 20, 20, Long",
    "'{}', 007, 007, String",
    "'{}', +4, +4, String",
    "'{}', 1e3, 1e3, String",
    "'{}', 12.50, 12.5, Double",
    "'{}', 12345678901234567890, 12345678901234567890, String",
    "'{}', true, true, Boolean",
    "'{}', no, no, String",
    "'{type: string}', 20, 20, String",
    "'{type: integer, default: 1}', -3, -3, Long",
    "'{type: number}', 3, 3, Long",
    "'{type: map}', '{a: 1}', '{a=1}', Map",
  })
  void flag_hasTheTypeOfTheDefault(String declared, String given, String expected, String type) {
    params = "params: {x: " + declared + "}\n";
    flags.put("params", List.of("x=" + given));

    Object value = value("${params.x}");

    assertThat(value).asString().isEqualTo(expected);
    assertThat(
            switch (value) {
              case List<?> _ -> "List";
              case Map<?, ?> _ -> "Map";
              default -> value.getClass().getSimpleName();
            })
        .isEqualTo(type);
  }

  @Test
  void environment_isFoundForNamesWithHyphens_andForUndeclaredOnesInUse() {
    params = "params: {min-total: 1}\n";
    environment.put("OSIRIS_PARAM_MIN_TOTAL", "2");
    environment.put("OSIRIS_PARAM_FREE", "3");

    assertThat(value("${params.min-total} ${params.free}")).isEqualTo("2 3");
  }

  @Test
  void escape_keepsTheCharacters_andOtherBracesAreLeftAlone() {
    params = "params: {x: 1}\n";

    assertThat(value("$${params.x} $${HOME} ${params.x}")).isEqualTo("${params.x} ${HOME} 1");
    assertThat(value("$${\\\"a\\\": 1}$$ ${1} ${} $x {params.x} ^a{2}$"))
        .isEqualTo("$${\"a\": 1}$$ ${1} ${} $x {params.x} ^a{2}$");
  }

  @Test
  void references_areFilledInListsAndMaps_andNotInKeys() {
    params = "params: {x: 7}\n";
    Object value = config("{\"${params.x}\": {list: [\"${params.x}\", \"a${params.x}\"]}}");

    assertThat(value)
        .isEqualTo(Map.of("v", Map.of("${params.x}", Map.of("list", Arrays.asList(7L, "a7")))));
  }

  @Test
  void problems_nameWhatIsWrongWithAReference() {
    params = "params: {min_total: 1, must: {type: string}, l: [1]}\n";

    assertThat(problems("\"${params.min_totl}\""))
        .containsExactly(
            "p:5:14: step 'a': parameter 'min_totl' is not declared; did you mean 'min_total'?");
    assertThat(problems("\"x ${params.must}\""))
        .containsExactly(
            "p:5:14: step 'a': parameter 'must' has no value; give it with '--param must=…' or a"
                + " default");
    assertThat(problems("\"x ${params.l}\""))
        .containsExactly(
            "p:5:14: step 'a': parameter 'l' is a list and cannot stand inside of a text");
    assertThat(problems("[\"${HOME:-/tmp}\", \"${param.x}\", \"${a.df}\"]"))
        .containsExactly(
            "p:5:18: step 'a': '${HOME:-/tmp}': environment variables are read in"
                + " osiris_connections.yaml only. For a value that is no secret write"
                + " '${params.home}', which OSIRIS_PARAM_HOME sets; for the characters themselves"
                + " write '$${HOME:-/tmp}'",
            "p:5:35: step 'a': '${param.x}' is not known; parameters are written '${params.x}'",
            "p:5:49: step 'a': '${a.df}' is not known; what another step made is read through"
                + " 'needs' or 'inputs'. For the characters themselves write '$${a.df}'");
  }

  @Test
  void problems_nameTheSourceOfAWrongValue() throws IOException {
    params =
        "params: {n: 10, b: true, c: {enum: [red, blue], default: red}, t: {type: string}}\n"
            + "profiles: {dev: {params: {n: many}}}\n";
    Files.writeString(project.resolve("osiris.yaml"), "params: {c: green, t: 5}\n");
    environment.put("OSIRIS_PARAM_B", "perhaps");
    flags.put("params", List.of("n=ten", "minn=1", "c=black"));
    flags.put("profile", List.of("dev"));

    assertThat(problems("\"${params.t}\""))
        .containsExactly(
            "osiris.yaml: parameter 'c' must be one of red, blue",
            "OSIRIS_PARAM_B: must be true or false",
            "profile 'dev': parameter 'n' must be a number",
            "--param n: must be a number",
            "--param c: parameter 'c' must be one of red, blue",
            "--param minn: the pipeline has no parameter 'minn'");
  }

  @Test
  void profile_isAProblem_whenThePipelineHasOthers_andNoneWhenItHasNone() {
    flags.put("profile", List.of("prd"));
    assertThat(value("x")).isEqualTo("x");

    params = "profiles: {prod: {}, dev: {}}\n";
    assertThat(problems("x"))
        .containsExactly("profile: the pipeline has no profile 'prd'; did you mean 'prod'?");
  }

  @Test
  void parameters_areRefused_whenTheyMultiplyWithoutEnd() {
    params = "params: {big: " + "x".repeat(100_000) + "}\n";

    assertThat(problems("[" + "\"${params.big}\", ".repeat(1000) + "1]"))
        .singleElement()
        .asString()
        .endsWith("the parameters make the configurations larger than 8 MiB");
  }

  private Object value(String text) {
    return ((Map<?, ?>) config("\"" + text + "\"")).get("v");
  }

  private Object config(String yaml) {
    return plan(yaml).plan().steps().getFirst().config();
  }

  private List<String> problems(String yaml) {
    PipelineException refused = catchThrowableOfType(PipelineException.class, () -> plan(yaml));
    assertThat(refused).isNotNull();
    return refused.problems().stream().map(PipelineProblem::toString).toList();
  }

  /** Plans a step of an unknown component with the configuration {@code {v: yaml}} in line 5. */
  private Planned plan(String yaml) {
    String text =
        "oml_version: 0.1.0\nname: t\nsteps:\n  - id: a\n    config: {v: %s}\n    component: c\n";
    return new Planner(Fixtures.CATALOG, true)
        .plan(
            PipelineParser.parse("p", text.formatted(yaml) + params),
            new PlanSettings(Fixtures.config(project, flags), ConnectionsFile.none(), environment));
  }
}
