package dev.osiris.host.run.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.osiris.failure.Failure;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.Written;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report as JSON: what {@code --json} prints, and what {@code status.json} holds. */
public final class ReportJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ReportJson() {}

  /** The object of {@code --json}. */
  public static ObjectNode of(RunReport report) {
    ObjectNode node = NODES.objectNode();
    node.put("session_id", report.sessionId());
    node.put("session_dir", report.sessionDir().toString());
    node.put("pipeline", report.pipeline());
    node.put("status", report.status().word());
    node.put("duration_ms", millis(report.duration()));
    node.put("sandbox", report.sandbox());
    ArrayNode steps = node.putArray("steps");
    report.steps().forEach(step -> steps.add(step(step)));
    return node;
  }

  /** The same with times, exit code and reason. */
  public static ObjectNode status(RunReport report) {
    ObjectNode node = of(report);
    node.put("started_at", report.started().toString());
    node.put("ended_at", report.started().plus(report.duration()).toString());
    node.put("exit_code", report.exit().number());
    Failure reason = report.reason();
    node.set("reason", reason == null ? NullNode.getInstance() : failure(reason));
    return node;
  }

  /** A failure as reports write it. */
  public static ObjectNode failure(Failure failure) {
    ObjectNode node = NODES.objectNode();
    node.put("code", failure.code().word());
    node.put("owner", failure.owner().name().toLowerCase(Locale.ROOT));
    node.put("message", failure.message());
    node.put("retryable", failure.retryable());
    node.put("advice", failure.advice());
    Failure.Where where = failure.where();
    putText(node, "file", where.file());
    putNumber(node, "line", where.line());
    putNumber(node, "row", where.row());
    putText(node, "column", where.column());
    putText(node, "expected", where.expected());
    putNumber(node, "count", where.count());
    putText(node, "rejects", where.rejects());
    return node;
  }

  private static ObjectNode step(StepReport step) {
    ObjectNode node = NODES.objectNode();
    node.put("id", step.id().value());
    node.put("driver", step.driver());
    node.put("status", step.status().word());
    node.put("attempts", step.attempts());
    node.put("queued_ms", millis(step.queued()));
    node.put("duration_ms", millis(step.duration()));
    StepOutputs outputs = step.outputs();
    if (outputs.duckdbPath() == null) {
      node.putNull("outputs");
    } else {
      node.set("outputs", tables(outputs.duckdbPath(), outputs.tables()));
    }
    if (!outputs.files().isEmpty()) {
      ObjectNode files = node.putObject("files");
      outputs
          .files()
          .forEach(file ->
              files
                  .putObject(file.name())
                  .put("path", file.path())
                  .put("bytes", file.bytes())
                  .put("sha256", file.sha256()));
    }
    if (!step.written().isEmpty()) {
      ArrayNode written = node.putArray("written");
      step.written().forEach(target -> written.add(written(target)));
    }
    if (!step.metrics().equals(StepMetrics.NONE)) {
      ObjectNode metrics = node.putObject("metrics");
      putNumber(metrics, "peak_rss_bytes", step.metrics().peakRssBytes());
      putNumber(metrics, "duckdb_peak_bytes", step.metrics().duckdbPeakBytes());
      putNumber(metrics, "duckdb_spilled_bytes", step.metrics().duckdbSpilledBytes());
    }
    if (step.failure() != null) {
      node.set("failure", failure(step.failure()));
    }
    return node;
  }

  private static ObjectNode tables(String path, List<OutputTable> tables) {
    ObjectNode node = NODES.objectNode().put("duckdb_path", path);
    if (tables.size() == 1 && tables.getFirst().name().equals(OutputTable.MAIN)) {
      return node.put("table", OutputTable.MAIN).put("rows", tables.getFirst().rows());
    }
    ObjectNode byName = node.putObject("tables");
    tables.forEach(table -> byName.putObject(table.name()).put("rows", table.rows()));
    return node;
  }

  private static ObjectNode written(Written written) {
    ObjectNode node = NODES.objectNode();
    node.put("target", written.target());
    node.put("rows", written.rows());
    putNumber(node, "bytes", written.bytes());
    return node;
  }

  private static void putText(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  private static void putNumber(ObjectNode node, String name, @Nullable Long value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  /** Milliseconds with fractions, to the microsecond. */
  private static double millis(Duration duration) {
    return (duration.toNanos() / 1_000) / 1_000.0;
  }
}
