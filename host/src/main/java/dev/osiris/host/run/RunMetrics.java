package dev.osiris.host.run;

import dev.osiris.host.run.report.StepMetrics;
import dev.osiris.session.Event;
import dev.osiris.step.StepId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What workers say that steps take of them. Safe between threads. */
final class RunMetrics {
  private final Map<StepId, Taken> steps = new ConcurrentHashMap<>();

  private record Taken(String attempt, StepMetrics metrics) {}

  void heard(Event.MetricReported metric) {
    steps.compute(
        metric.step(),
        (step, before) -> {
          StepMetrics known =
              before != null && before.attempt().equals(metric.attempt())
                  ? before.metrics()
                  : StepMetrics.NONE;
          return new Taken(metric.attempt(), known.with(metric.name(), (long) metric.value()));
        });
  }

  StepMetrics of(StepId step) {
    Taken taken = steps.get(step);
    return taken == null ? StepMetrics.NONE : taken.metrics();
  }
}
