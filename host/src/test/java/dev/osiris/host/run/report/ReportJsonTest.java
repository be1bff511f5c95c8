package dev.osiris.host.run.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.step.OutputFile;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.Written;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportJsonTest {
  private static final RunReport REPORT =
      new RunReport(
          "s-1",
          Path.of("/srv/sessions/s-1"),
          "orders",
          RunStatus.FAILED,
          Duration.ofNanos(1_234_567_890),
          "process",
          List.of(
              step("extract", StepStatus.SUCCEEDED, table("main", 10), List.of(), null)
                  .with(new StepMetrics(70_000_000L, 5_000_000L, 0L)),
              step("split", StepStatus.SUCCEEDED, two(), List.of(), null),
              step(
                  "write",
                  StepStatus.FAILED,
                  StepOutputs.NONE,
                  List.of(new Written("out/a.csv", 3, 120L), new Written("table t", 3, null)),
                  Failure.of(FailureCode.VALUE_INVALID, "a value does not fit")
                      .inFile("in.csv")
                      .atLine(12)
                      .advise("Declare it as text.")),
              new StepReport(
                  new StepId("last"),
                  "d.last",
                  StepStatus.SKIPPED,
                  0,
                  Duration.ZERO,
                  Duration.ZERO,
                  StepOutputs.NONE,
                  List.of(),
                  null)),
          Instant.parse("2026-01-02T03:04:05Z"),
          ExitCode.STEP_FAILED,
          null);

  @Test
  void json_isTheDocumentedObject() throws Exception {
    assertThat(pretty(ReportJson.of(REPORT)))
        .isEqualToNormalizingNewlines(
            """
            {
              "session_id" : "s-1",
              "session_dir" : "/srv/sessions/s-1",
              "pipeline" : "orders",
              "status" : "failed",
              "duration_ms" : 1234.567,
              "sandbox" : "process",
              "steps" : [ {
                "id" : "extract",
                "driver" : "d.extract",
                "status" : "succeeded",
                "attempts" : 1,
                "queued_ms" : 0.25,
                "duration_ms" : 12.5,
                "outputs" : {
                  "duckdb_path" : "data/extract.duckdb",
                  "table" : "main",
                  "rows" : 10
                },
                "metrics" : {
                  "peak_rss_bytes" : 70000000,
                  "duckdb_peak_bytes" : 5000000,
                  "duckdb_spilled_bytes" : 0
                }
              }, {
                "id" : "split",
                "driver" : "d.split",
                "status" : "succeeded",
                "attempts" : 1,
                "queued_ms" : 0.25,
                "duration_ms" : 12.5,
                "outputs" : {
                  "duckdb_path" : "data/split.duckdb",
                  "tables" : {
                    "actors" : {
                      "rows" : 2
                    },
                    "movies" : {
                      "rows" : 0
                    }
                  }
                },
                "files" : {
                  "log.txt" : {
                    "path" : "artifacts/split/log.txt",
                    "bytes" : 5,
                    "sha256" : "ab"
                  }
                }
              }, {
                "id" : "write",
                "driver" : "d.write",
                "status" : "failed",
                "attempts" : 1,
                "queued_ms" : 0.25,
                "duration_ms" : 12.5,
                "outputs" : null,
                "written" : [ {
                  "target" : "out/a.csv",
                  "rows" : 3,
                  "bytes" : 120
                }, {
                  "target" : "table t",
                  "rows" : 3
                } ],
                "failure" : {
                  "code" : "value_invalid",
                  "owner" : "user",
                  "message" : "a value does not fit",
                  "retryable" : false,
                  "advice" : "Declare it as text.",
                  "file" : "in.csv",
                  "line" : 12
                }
              }, {
                "id" : "last",
                "driver" : "d.last",
                "status" : "skipped",
                "attempts" : 0,
                "queued_ms" : 0.0,
                "duration_ms" : 0.0,
                "outputs" : null
              } ]
            }\
            """);
  }

  @Test
  void status_addsTimesExitCodeAndReason() {
    var status = ReportJson.status(REPORT);
    assertThat(status.path("started_at").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(status.path("ended_at").asText()).isEqualTo("2026-01-02T03:04:06.234567890Z");
    assertThat(status.path("exit_code").asInt()).isEqualTo(1);
    assertThat(status.has("reason")).isTrue();
    assertThat(status.get("reason").isNull()).isTrue();
  }

  private static String pretty(Object node) throws Exception {
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(node);
  }

  private static StepReport step(
      String id, StepStatus status, StepOutputs outputs, List<Written> written, Failure failure) {
    return new StepReport(
        new StepId(id),
        "d." + id,
        status,
        1,
        Duration.ofNanos(250_000),
        Duration.ofNanos(12_500_000),
        outputs,
        written,
        failure);
  }

  private static StepOutputs table(String name, long rows) {
    return new StepOutputs(
        "data/extract.duckdb", List.of(new OutputTable(name, rows, List.of())), List.of());
  }

  private static StepOutputs two() {
    return new StepOutputs(
        "data/split.duckdb",
        List.of(new OutputTable("actors", 2, List.of()), new OutputTable("movies", 0, List.of())),
        List.of(new OutputFile("log.txt", "artifacts/split/log.txt", 5, "ab")));
  }
}
