package dev.osiris.wire;

import dev.osiris.session.Event;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metrics as lines of JSON, as {@code logs/metrics.jsonl} keeps them. */
public final class MetricJson {

  private MetricJson() {}

  /** A metric as one line, without its line feed. */
  public static String line(Instant time, Event.MetricReported metric) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("ts", time.toString());
    line.put("step_id", metric.step().value());
    line.put("metric", metric.name());
    line.put(
        "value",
        Double.isFinite(metric.value()) ? metric.value() : Double.toString(metric.value()));
    if (!metric.unit().isEmpty()) {
      line.put("unit", metric.unit());
    }
    return ConfigJson.write(line);
  }
}
