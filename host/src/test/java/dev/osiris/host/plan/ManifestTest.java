package dev.osiris.host.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.host.config.Project;
import dev.osiris.host.connection.BundledFamilies;
import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.connection.Variables;
import dev.osiris.host.pipeline.PipelineException;
import dev.osiris.host.pipeline.PipelineParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {

  private static final String PIPELINE =
      """
      oml_version: "0.1.0"
      name: größe & more
      params: {min: {default: 10}}
      steps:
        - id: out
          component: filesystem.csv_writer
          inputs: {input: by_day.days}
          config: {path: out/by_day.csv}
          timeout: 90s
        - id: orders
          component: filesystem.csv_extractor
          needs: []
          config: {path: orders.csv, connection: "@filesystem.local", columns: [day, total]}
          resources: {memory: 256m, threads: 2}
          retry: {max_attempts: 3, delay: 500ms}
        - id: by_day
          component: duckdb.processor
          needs: []
          inputs: {z: orders, a: orders}
          config:
            queries:
              days: |
                select day, sum(total) as "t"
                from z where total > ${params.min}
              all: select * from a
        - id: extra
          component: acme.thing
          mode: transform
          config: {ratio: 0.5, on: true, none: null, empty: {}}
      """;

  @TempDir private Path temporary;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = makeProject("project");
  }

  @Test
  void text_isCanonical() throws IOException {
    Path golden = Path.of("src/test/resources/dev/osiris/host/plan/manifest.yaml");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, manifest(project).text());
    }

    assertThat(manifest(project).text()).isEqualTo(Files.readString(golden));
  }

  @Test
  void text_isTheSame_inAnotherFolder() throws IOException {
    Path elsewhere = makeProject("quite/another/place");

    assertThat(manifest(elsewhere).text()).isEqualTo(manifest(project).text());
    assertThat(manifest(project).text()).doesNotContain(temporary.toRealPath().toString());
  }

  @Test
  void plan_isEqual_afterItWasWrittenAndRead() throws IOException {
    Manifest written = manifest(project);
    Manifest read = Manifest.read("m", written.text(), new Project(project));

    assertThat(read).isEqualTo(written);
    PlannedStep byDay = read.plan().steps().get(1);
    assertThat(byDay.inputs().keySet()).containsExactly("z", "a");
    assertThat(byDay.config().toString())
        .isEqualTo(written.plan().steps().get(1).config().toString());
  }

  @Test
  void folder_movesWithTheProject() throws IOException {
    Path elsewhere = makeProject("moved");

    Plan read = Manifest.read("m", manifest(project).text(), new Project(elsewhere)).plan();

    assertThat(read.steps().getFirst().baseDir()).isEqualTo(elsewhere.resolve("data").toString());
  }

  @Test
  void manifest_isRefused_whenItWasEdited() throws IOException {
    Manifest manifest = manifest(project);
    String edited = manifest.text().replace("total > 10", "total > 11");

    assertThatThrownBy(() -> Manifest.read("m.yaml", edited, new Project(project)))
        .isInstanceOf(PipelineException.class)
        .hasMessageStartingWith("m.yaml:")
        .hasMessageContaining("was edited")
        .hasMessageContaining(manifest.fingerprint())
        .hasMessageMatching("(?s).*its content has sha256:[0-9a-f]{64}.*");
  }

  @Test
  void manifest_isRefused_whenItHasNoFingerprint() throws IOException {
    String without = manifest(project).text().replaceAll("(?m)^fingerprint: .*\n", "");

    assertThatThrownBy(() -> Manifest.read("m", without, new Project(project)))
        .hasMessageContaining("was edited")
        .hasMessageContaining("fingerprint: null");
  }

  @Test
  void manifest_isRead_whenOnlyItsLayoutChanged() throws IOException {
    Manifest manifest = manifest(project);
    String commented = "# a comment\n" + manifest.text().replace("ratio: 0.5", "ratio: 5.0e-1");

    assertThat(Manifest.read("m", commented, new Project(project)).plan())
        .isEqualTo(manifest.plan());
  }

  @Test
  void manifest_isRefused_whenItIsOfALaterVersion() throws IOException {
    String later = manifest(project).text().replace("manifest_version: 1", "manifest_version: 2");

    assertThatThrownBy(() -> Manifest.read("m", later, new Project(project)))
        .hasMessageContaining("the manifest has version 2, and this build reads 1 to 1");
  }

  @Test
  void manifest_isRefused_whenItIsNone() {
    assertThatThrownBy(() -> Manifest.read("m", "- x\n", new Project(project)))
        .hasMessage("m:1:1: a manifest is a map");
    assertThatThrownBy(() -> Manifest.read("m", "a: [", new Project(project)))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("is not valid YAML");
  }

  @Test
  void fingerprint_changesWithTheComponents() throws IOException {
    List<ComponentSpec> specs = new ArrayList<>(Fixtures.CATALOG.all());
    specs.replaceAll(s ->
        new ComponentSpec(
            s.name(),
            "2",
            s.spiVersion(),
            s.kind(),
            "other words",
            s.inputs(),
            s.fields(),
            s.exactlyOneOf()));
    Manifest manifest = manifest(project);
    Manifest changed =
        Manifest.of(manifest.plan(), ComponentCatalog.of(specs), new Project(project));

    assertThat(changed.fingerprint()).isNotEqualTo(manifest.fingerprint());
    assertThat(changed.components().get("acme.thing")).isEqualTo("unknown");
  }

  private Path makeProject(String name) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve(name)).toRealPath();
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        folder.resolve("osiris_connections.yaml"),
        "connections: {filesystem: {local: {base_dir: ./data}}}\n");
    return folder;
  }

  private Manifest manifest(Path folder) {
    PlanSettings settings =
        new PlanSettings(
            Fixtures.config(folder, Map.of()),
            ConnectionsFile.read(
                folder.resolve("osiris_connections.yaml"),
                BundledFamilies.ALL,
                new Variables(Map.of())),
            Map.of());
    Plan plan =
        new Planner(Fixtures.CATALOG, true)
            .plan(PipelineParser.parse("p", PIPELINE), settings)
            .plan();
    return Manifest.of(plan, Fixtures.CATALOG, new Project(folder));
  }
}
