package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.osiris.e2e.harness.DriverJar;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunStep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values of rows stay in tables. Sentinels run through steps that succeed and through steps that
 * fail in all the ways in which engines quote values; then every byte that left is searched.
 */
@ExtendWith(LeakCheck.class)
class SentinelIT {

  /** A text and a number that occur nowhere but in rows. */
  private static final String TEXT = "Xq7sentinelZk9";

  private static final String NUMBER = "918273645546372";
  private static final List<ByteString> SENTINELS =
      List.of(ByteString.copyFromUtf8(TEXT), ByteString.copyFromUtf8(NUMBER));

  private static final String ROWS =
      "id,name,amount\n2," + TEXT + "," + NUMBER + "\n1,ordinary,5\n3,other,7\n";

  private static final int EACH_RUN = 7;

  /** Queries over the rows that fail on the sentinel. */
  private static final List<String> FAILING =
      List.of(
          "SELECT CAST(name AS INTEGER) AS x FROM input_df",
          "SELECT CAST(amount AS SMALLINT) AS x FROM input_df",
          "SELECT CAST(name AS DATE) AS x FROM input_df",
          "SELECT CAST(name AS UUID) AS x FROM input_df",
          "SELECT CAST(name AS BOOLEAN) AS x FROM input_df",
          "SELECT CAST(name AS INTEGER[]) AS x FROM input_df",
          "SELECT CAST(name AS STRUCT(a INTEGER)) AS x FROM input_df",
          "SELECT CAST(amount AS DECIMAL(4,1)) AS x FROM input_df",
          "SELECT strptime(name, '%Y-%m-%d') AS x FROM input_df",
          "SELECT CAST(name AS JSON) AS x FROM input_df",
          "SELECT json_extract(name, '$.a') AS x FROM input_df",
          "SELECT CAST(name AS ENUM('ordinary', 'other')) AS x FROM input_df",
          "SELECT CAST(amount AS BIGINT) * 1000000000000 AS x FROM input_df",
          "SELECT unhex(name) AS x FROM input_df",
          "SELECT (SELECT name FROM input_df) AS x FROM input_df",
          "SELECT error(name) AS x FROM input_df",
          "SELECT date_part(name, DATE '2024-01-01') AS x FROM input_df",
          "SELECT regexp_matches('x', '(' || name) AS x FROM input_df",
          "SELECT printf('%d', name) AS x FROM input_df");

  @TempDir static Path folder;
  private static Path drivers;

  @BeforeAll
  static void buildDrivers() {
    drivers = DriverJar.misbehaving(folder);
  }

  @Test
  void stream_andFilesOfTheWorker_holdNoValue() throws Exception {
    Path project = Files.createDirectories(folder.resolve("raw"));
    Files.writeString(project.resolve("rows.csv"), ROWS);
    Files.writeString(project.resolve("ragged.csv"), ROWS + "4," + TEXT + "," + NUMBER + ",more\n");
    Files.writeString(project.resolve("quotes.csv"), ROWS + "4,\"" + TEXT + "\n");
    List<RunSessionResponse> events;
    Path directory;
    try (WorkerProcess worker =
        WorkerProcess.below(folder.resolve("sessions"))
            .with("--drivers", drivers.toString())
            .start()) {
      RawSession session = RawSession.open(worker, "sentinel", project);
      directory = session.directory();
      session.succeed(csv("rows", "{\"path\": \"rows.csv\"}"));
      assertThat(session.query("SELECT name FROM rows WHERE id = 2"))
          .containsExactly(List.of(TEXT));
      session.succeed(Commands.sql("kept", "SELECT * FROM rows WHERE name <> 'other'", "rows"));
      session.succeed(
          Commands.step("written", "filesystem.csv_writer", Json.object("path", "out.csv"))
              .addInputs(Commands.input("input", "kept", "")));
      for (int i = 0; i < FAILING.size(); i++) {
        RunSessionResponse end = session.run(Commands.sql("fails-" + i, FAILING.get(i), "rows"));
        assertThat(end.hasStepSucceeded()).as("must fail: " + FAILING.get(i)).isFalse();
      }
      session.fail(csv("ragged", "{\"path\": \"ragged.csv\"}"));
      session.fail(csv("quotes", "{\"path\": \"quotes.csv\"}"));
      session.fail(csv("typed", "{\"path\": \"rows.csv\", \"dtype\": {\"name\": \"INTEGER\"}}"));
      session.fail(
          csv("narrow", "{\"path\": \"rows.csv\", \"dtype\": {\"amount\": \"SMALLINT\"}}"));
      session.run(csv("dated", "{\"path\": \"rows.csv\", \"parse_dates\": [\"name\"]}"));
      RunStep.Builder thrower =
          Commands.step("thrower", "e2e.misbehaving", Json.object("how", "throw"))
              .addInputs(Commands.input("named", "named-only", ""));
      session.succeed(Commands.sql("named-only", "SELECT name FROM rows WHERE id = 2", "rows"));
      session.fail(thrower);
      session.close();
      events = session.stream().received();
      assertThat(String.join("\n", worker.output())).doesNotContain(TEXT, NUMBER);
    }

    for (RunSessionResponse event : events) {
      assertNothingIn(
          "event " + event.getSequence() + " " + event.getEventCase(), event.toByteString());
    }
    assertNothingIn(directory.resolve("logs"), directory.resolve("artifacts"));
    assertThat(
            holds(
                ByteString.copyFrom(
                    Files.readAllBytes(directory.resolve("artifacts/fails-0/rejects.jsonl")))))
        .as("the texts are kept where they may be")
        .isTrue();
  }

  @Test
  void filesAndOutputOfTheHost_holdNoValue() throws Exception {
    List<String> failingSteps = new ArrayList<>();
    for (String query : FAILING.subList(0, 12)) {
      failingSteps.add(
          "- {id: fails, component: duckdb.processor, needs: [rows], config: {query: %s}}"
              .formatted(Json.text(query)));
    }
    failingSteps.add(
        "- {id: ragged, component: filesystem.csv_extractor, needs: [rows], config: {path: ragged.csv}}");
    failingSteps.add(
        "- {id: ok, component: filesystem.csv_writer, needs: [rows], config: {path: out.csv}}");
    // Several a run: what is sent to the worker beside a step that fails goes on to its own end.
    for (int i = 0; i < failingSteps.size(); i += EACH_RUN) {
      Project project = Project.in(folder);
      project.file("rows.csv", ROWS);
      project.file("ragged.csv", ROWS + "4," + TEXT + "," + NUMBER + ",more\n");
      StringBuilder steps =
          new StringBuilder(
              "- {id: rows, component: filesystem.csv_extractor, config: {path: rows.csv}}\n");
      for (int j = i; j < Math.min(i + EACH_RUN, failingSteps.size()); j++) {
        steps.append(failingSteps.get(j).replace("id: fails", "id: fails-" + j)).append('\n');
      }
      CliResult result = project.run(steps.toString(), "--verbose", "--parallel", "" + EACH_RUN);

      assertNothingIn("stdout", ByteString.copyFromUtf8(result.stdout()));
      assertNothingIn("stderr", ByteString.copyFromUtf8(result.stderr()));
      Path directory = result.sessionDir();
      assertNothingIn(
          directory.resolve("logs"),
          directory.resolve("artifacts"),
          directory.resolve("status.json"),
          directory.resolve("manifest.yaml"));
    }
  }

  private static RunStep.Builder csv(String id, String config) {
    return Commands.step(id, "filesystem.csv_extractor", config);
  }

  /** Every file below, but those that exist to hold such texts. */
  private static void assertNothingIn(Path... roots) throws IOException {
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (!file.endsWith("rejects.jsonl")) {
            assertNothingIn(file.toString(), ByteString.copyFrom(Files.readAllBytes(file)));
          }
        }
      }
    }
  }

  private static void assertNothingIn(String where, ByteString bytes) {
    assertThat(holds(bytes))
        .as("%s holds a value: %s", where, bytes.toString(StandardCharsets.UTF_8))
        .isFalse();
  }

  private static boolean holds(ByteString bytes) {
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    return SENTINELS.stream()
        .anyMatch(sentinel -> text.contains(sentinel.toString(StandardCharsets.ISO_8859_1)));
  }
}
