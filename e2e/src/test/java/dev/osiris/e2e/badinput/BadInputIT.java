package dev.osiris.e2e.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.cli.Tmpfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input through the command line: exit code, one clear message, nothing half-made. */
@ExtendWith(LeakCheck.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputIT {

  private static final ErrorsPage PAGE = new ErrorsPage("command line");

  @TempDir static Path folder;

  static Stream<BadRun> runs() {
    return Stream.of(BadPipelines.all(), BadFiles.all(), BadQueries.all()).flatMap(cases -> cases);
  }

  @AfterEach
  void unmount() {
    Tmpfs.unmountBelow(folder);
  }

  @ParameterizedTest
  @MethodSource("runs")
  @Order(1)
  void badRun_endsWithOneClearMessage(BadRun bad) throws Exception {
    Project project = Project.in(folder);
    BadRun.Invocation invocation = bad.prepare().in(project);
    Map<String, Long> before = files(project.folder());
    CliResult result = invocation.run();

    assertThat(result.exit())
        .as("stdout: %s%nstderr: %s", result.stdout(), result.stderr())
        .isEqualTo(bad.exit());
    assertThat(result.stderr()).contains(bad.named());
    List<String> messages = result.stderr().lines().filter(line -> !line.startsWith(" ")).toList();
    assertThat(messages).as("one message:%n%s", result.stderr()).hasSize(1);
    assertThat(result.stderr()).doesNotContain("Exception", "\tat ");
    assertThat(files(project.folder()))
        .as("nothing appeared beside the sessions")
        .isEqualTo(before);
    if (bad.exit() == 2) {
      assertThat(result.stdout()).isEmpty();
    } else {
      checkSession(bad, result);
    }
    PAGE.add(bad.name(), "" + bad.exit(), bad.code(), shape(result, project));
  }

  @Test
  @Order(2)
  void errorsPage_saysWhatComesOut() {
    assertThat(PAGE.differences())
        .as("rows missing in docs/errors.md; -Dgolden.update=true writes them")
        .isEmpty();
  }

  private static void checkSession(BadRun bad, CliResult result) throws IOException {
    JsonNode status = Json.read(result.sessionDir().resolve("status.json"));
    assertThat(status.path("status").asText()).isEqualTo(result.status()).isNotEqualTo("succeeded");
    assertThat(status.path("exit_code").asInt()).isEqualTo(bad.exit());
    String codes =
        Stream.concat(
                status.path("steps").findValuesAsText("code").stream(),
                status.path("reason").findValuesAsText("code").stream())
            .distinct()
            .collect(Collectors.joining(" "));
    if (!bad.code().isEmpty()) {
      assertThat(codes).isEqualTo(bad.code());
    }
    List<String> published =
        Stream.of(status.path("steps"))
            .flatMap(steps -> steps.findParents("duckdb_path").stream())
            .map(outputs -> outputs.path("duckdb_path").asText())
            .toList();
    Path data = result.sessionDir().resolve("data");
    if (Files.exists(data)) {
      try (Stream<Path> left = Files.list(data)) {
        assertThat(left.map(path -> "data/" + path.getFileName()))
            .containsExactlyInAnyOrderElementsOf(published);
      }
    }
  }

  /** What a reader of the page shall expect: this machine's paths and sizes taken out. */
  private static String shape(CliResult result, Project project) {
    return result
        .stderr()
        .strip()
        .replaceAll("\\n\\s*", " ⏎ ")
        .replace(project.folder().toString(), "<project>")
        .replace(project.folder().getParent().toString(), "<parent>")
        .replaceAll("[0-9.]+ ?[KMG]iB", "<size>")
        .replaceAll("[0-9.]+[kmg]\\b", "<size>")
        .replace("|", "\\|");
  }

  private static Map<String, Long> files(Path root) throws IOException {
    Map<String, Long> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        found.put(
            root.relativize(path).toString(), Files.isRegularFile(path) ? Files.size(path) : -1L);
      }
    }
    return found;
  }
}
