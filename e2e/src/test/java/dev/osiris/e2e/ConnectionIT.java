package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.CanarySearch;
import dev.osiris.e2e.harness.DriverJar;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Connections on their way to a driver. The driver says every secret in every way it can, in steps
 * that succeed and that fail; then every byte that was left behind is searched.
 */
@ExtendWith(LeakCheck.class)
class ConnectionIT {

  private static final String PASSWORD = "Kanar1e p@ss/w:rd$1";
  private static final String TOKEN = "Kanar1e-t0ken\\\"quoted\"";
  private static final String KEY =
      "-----BEGIN PRIVATE KEY-----\nKanar1eLineOneOfTheKey==\nKanar1eLineTwoOfTheKey==\n"
          + "-----END PRIVATE KEY-----\n";

  /** In every secret above, and in each of its encodings. */
  private static final CanarySearch SEARCH = new CanarySearch(List.of("Kanar1e"));

  @TempDir static Path folder;
  private static Path drivers;
  private Project project;

  @BeforeAll
  static void buildDrivers() {
    drivers = DriverJar.vault(folder);
  }

  @BeforeEach
  void newProject() throws IOException {
    project = Project.in(folder);
    Path key = Files.writeString(folder.resolve("key.pem"), KEY);
    project.file(
        "osiris_connections.yaml",
        """
        version: 1
        connections:
          vault:
            main:
              default: true
              dsn: "vault://me:${VAULT_PASSWORD}@up:2/db"
              token: "${VAULT_TOKEN}"
              key: %s
            fields: {host: down, user: me, password: "${VAULT_PLAIN}", token: "${VAULT_TOKEN}"}
            sick: {host: up, port: 3, password: "${NOBODY_SET_THIS:-}"}
            unset: {host: up, password: "${NOBODY_SET_THIS}"}
          filesystem:
            here: {base_dir: .}
            nowhere: {base_dir: ./nowhere}
        """
            .formatted(key));
    project.file(".env", "VAULT_TOKEN='" + TOKEN + "'\n");
  }

  @ParameterizedTest
  @CsvSource({
    "main, succeed, ''",
    "main, fail, connection_failed",
    "main, throw, driver_defect",
    "fields, succeed, ''",
    "fields, fail, connection_failed"
  })
  void secrets_areInNothingThatIsLeftBehind(String alias, String how, String code)
      throws IOException {
    String step =
        "- {id: it, component: vault.extractor, config: {how: %s, note: 'says me', connection: '@vault.%s'}}";

    CliResult result = run(step.formatted(how, alias), "--verbose");

    if (code.isEmpty()) {
      assertThat(result.succeeded().step("it").path("outputs").path("rows").asInt()).isEqualTo(1);
    } else {
      assertThat(result.failure("it").path("code").asText()).isEqualTo(code);
    }
    List<String> said = said(result.sessionDir());
    assertThat(said)
        .anyMatch(line -> line.startsWith("prints "))
        .anyMatch(line -> line.startsWith("prints elsewhere"))
        .anyMatch(line -> line.contains("logs "))
        .anyMatch(line -> line.contains("password=***"))
        .anyMatch(line -> line.contains("token=***"));
    SEARCH.in("stdout", result.stdout());
    SEARCH.in("stderr", result.stderr());
    SEARCH.below(result.sessionDir());
    String manifest = Files.readString(result.sessionDir().resolve("manifest.yaml"));
    assertThat(manifest).contains("@vault." + alias).doesNotContain("host");
  }

  @Test
  void connection_isRefusedWithAllThatIsMissing_beforeAnythingRuns() {
    CliResult result =
        run(
            "- {id: it, component: vault.extractor, config: {how: succeed, connection: '@vault.unset'}}");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.stderr())
        .contains(
            "osiris_connections.yaml:11:",
            "'@vault.unset'",
            "'password'",
            "NOBODY_SET_THIS",
            ".env",
            "'it'");
    assertThat(project.sessions()).doesNotExist();
  }

  @Test
  void field_isOverridden_whereTheFamilyAllowsIt() throws IOException {
    CliResult allowed =
        run("- {id: it, component: vault.extractor, config: {how: succeed, database: mine}}")
            .succeeded();
    CliResult refused =
        run("- {id: it, component: vault.extractor, config: {how: succeed, host: elsewhere}}");

    assertThat(said(allowed.sessionDir())).anyMatch(line -> line.contains("database=mine"));
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.stderr()).contains("'host'", "'@vault.main'", "osiris_connections.yaml");
  }

  @Test
  void discovering_runsTheComponentThatLists_withTheKeysThatItKnows() {
    CliResult result =
        run("- {id: it, component: vault.extractor, mode: discover, config: {how: fail, note: x}}")
            .succeeded();

    assertThat(result.step("it").path("driver").asText()).isEqualTo("vault.discover");
    assertThat(result.step("it").path("outputs").path("tables").has("tables")).isTrue();
  }

  @Test
  void list_showsFieldsAndWhatIsMissing_andNoSecret() {
    CliResult text = connections("list").succeeded();
    CliResult json = connections("list", "--json").succeeded();

    assertThat(text.stdout())
        .contains(
            "@vault.main (default)", "password: ***", "host: down", "not set: NOBODY_SET_THIS");
    JsonNode unset = json.json().path("connections").get(3);
    assertThat(unset.path("alias").asText()).isEqualTo("unset");
    assertThat(unset.path("fields").path("password").asText()).isEqualTo("***");
    assertThat(unset.path("unset").get(0).asText()).isEqualTo("NOBODY_SET_THIS");
    SEARCH.in("list", text.stdout() + text.stderr() + json.stdout() + json.stderr());
  }

  @Test
  void doctor_triesEveryConnection_fromInsideTheSandbox() {
    CliResult result = connections("doctor", "--memory", "256m", "--json");

    assertThat(result.exit()).isEqualTo(1);
    List<String> told = new ArrayList<>();
    for (JsonNode connection : result.json().path("connections")) {
      for (JsonNode check : connection.path("checks")) {
        told.add(
            String.join(
                "|",
                connection.path("connection").asText(),
                connection.path("status").asText(),
                check.path("check").asText(),
                check.path("status").asText(),
                check.path("advice").asText()));
      }
    }
    assertThat(told)
        .containsExactly(
            "@vault.main|warn|login|ok|",
            "@vault.main|warn|port|warn|take 1",
            "@vault.fields|failed|connect|failed|start the server",
            "@vault.sick|failed|login|ok|",
            "@vault.sick|failed|rights|failed|grant it",
            "@vault.unset|failed|settings|failed|",
            "@filesystem.here|ok|folder|ok|",
            "@filesystem.nowhere|failed|folder|failed|Create it.");
    SEARCH.in("doctor", result.stdout() + result.stderr());
  }

  @Test
  void doctor_saysThatOneConnectionWorks_andRefusesOneThatIsNotThere() {
    CliResult works = connections("doctor", "@filesystem.here");
    CliResult unknown = connections("doctor", "@vault.mian");

    assertThat(works.succeeded().stdout()).contains("@filesystem.here: ok");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.stderr()).contains("did you mean '@vault.main'?");
  }

  private CliResult connections(String... arguments) {
    List<String> all = new ArrayList<>(List.of("connections"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--drivers", drivers.toString()));
    return cli().run(all);
  }

  private CliResult run(String steps, String... more) {
    List<String> arguments =
        new ArrayList<>(
            project.arguments(project.pipeline(steps), "--drivers", drivers.toString()));
    arguments.addAll(List.of(more));
    return cli().run(arguments);
  }

  private Cli cli() {
    return new Cli()
        .in(project.folder())
        .with(
            "VAULT_PASSWORD",
            URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8).replace("+", "%20"))
        .with("VAULT_PLAIN", PASSWORD);
  }

  private static List<String> said(Path session) {
    return Json.lines(session.resolve("logs/events.jsonl")).stream()
        .map(line -> line.path("log_written").path("message"))
        .filter(message -> !message.isMissingNode())
        .map(JsonNode::asText)
        .toList();
  }
}
