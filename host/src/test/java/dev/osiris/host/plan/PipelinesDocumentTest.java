package dev.osiris.host.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.host.config.HostConfig;
import dev.osiris.host.config.HostConfigLoader;
import dev.osiris.host.connection.BundledFamilies;
import dev.osiris.host.connection.ConnectionRef;
import dev.osiris.host.connection.ConnectionResolver;
import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.connection.Variables;
import dev.osiris.host.pipeline.PipelineParser;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/pipelines.md} shows works. */
class PipelinesDocumentTest {

  private static final String HEAD = "oml_version: \"0.1.0\"\nname: t\n";
  private static final Path DOCUMENT = Path.of("../docs/pipelines.md");

  @TempDir private Path project;

  @Test
  void pipeline_isPlanned() throws IOException {
    Plan plan =
        new Planner(Fixtures.CATALOG, false)
            .plan(PipelineParser.parse("p", example(0)), settings())
            .plan();

    assertThat(plan.steps())
        .extracting(step -> step.id().value())
        .containsExactly("read_orders", "split", "out");
    assertThat(plan.steps().get(1).config().toString()).contains("total > 10");
    assertThat(plan.steps().get(2).inputs())
        .isEqualTo(Map.of("input", new InputRef(new StepId("split"), "by_day")));
  }

  @Test
  void parameters_areRead() throws IOException {
    String text = HEAD + example(1) + "steps: [{id: a, component: c}]\n";

    assertThat(PipelineParser.parse("p", text).params().keySet())
        .containsExactly("min_total", "country", "day", "limit");
  }

  @Test
  void connections_areRead() throws IOException {
    Path file = Files.writeString(project.resolve("osiris_connections.yaml"), example(2));
    ConnectionsFile connections =
        ConnectionsFile.read(file, BundledFamilies.ALL, new Variables(Map.of()));

    assertThat(
            new ConnectionResolver(connections).baseDir(new ConnectionRef("filesystem", "share")))
        .isEqualTo(Path.of("/mnt/share"));
    assertThat(connections.defaultAlias("filesystem")).contains("local");
  }

  @Test
  void settings_areRead_andTheTableHasThemAll() throws IOException {
    Files.writeString(project.resolve("osiris.yaml"), example(3));
    HostConfig config = new HostConfigLoader(Map.of(), project).load(Map.of(), null);
    Set<String> documented = new TreeSet<>();
    String table = Files.readString(DOCUMENT).split("\\| key \\| default \\|", 2)[1];
    table
        .lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line ->
            Pattern.compile("`([a-z_]+)`")
                .matcher(line.split("\\|")[1])
                .results()
                .forEach(word -> documented.add(word.group(1))));

    assertThat(config.sandbox().memory().mebibytes()).isEqualTo(512);
    assertThat(documented).isEqualTo(new TreeSet<>(HostConfigLoader.KEYS));
  }

  private PlanSettings settings() {
    return new PlanSettings(Fixtures.config(project, Map.of()), ConnectionsFile.none(), Map.of());
  }

  private static String example(int index) throws IOException {
    List<String> examples =
        Pattern.compile("(?s)```yaml\n(.*?)```")
            .matcher(Files.readString(DOCUMENT))
            .results()
            .map(found -> found.group(1))
            .toList();
    return examples.get(index);
  }
}
