package dev.osiris.worker.session;

import dev.osiris.failure.Failure;
import dev.osiris.session.Event;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepResult;
import dev.osiris.step.Written;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes every text for people in what a step tells. Names of steps, tables, columns and published
 * files are no such texts: later steps find things by them.
 */
record EventTexts(UnaryOperator<String> change) {

  Event in(Event event) {
    return switch (event) {
      case Event.LogWritten log ->
          new Event.LogWritten(log.step(), log.level(), change.apply(log.message()));
      case Event.DriverReported report ->
          new Event.DriverReported(
              report.step(),
              report.attempt(),
              change.apply(report.name()),
              in(report.attributes()));
      case Event.MetricReported metric ->
          new Event.MetricReported(
              metric.step(),
              metric.attempt(),
              change.apply(metric.name()),
              metric.value(),
              change.apply(metric.unit()));
      case Event.CommitBegun begun ->
          new Event.CommitBegun(begun.step(), begun.attempt(), in(begun.commit()));
      case Event.TargetCommitted target ->
          new Event.TargetCommitted(target.step(), target.attempt(), in(target.written()));
      case Event.StepEnded ended -> new Event.StepEnded(in(ended.result()));
      default -> event;
    };
  }

  StepResult in(StepResult result) {
    return switch (result) {
      case StepResult.Succeeded done ->
          new StepResult.Succeeded(
              done.step(), done.attempt(), done.elapsed(), done.outputs(), in(done.written()));
      case StepResult.Failed failed ->
          new StepResult.Failed(
              failed.step(),
              failed.attempt(),
              failed.elapsed(),
              in(failed.failure()),
              in(failed.written()));
      case StepResult.Cancelled cancelled -> cancelled;
    };
  }

  Failure in(Failure failure) {
    Failure.Where where = failure.where();
    return new Failure(
        failure.code(),
        change.apply(failure.message()),
        failure.retryable(),
        change.apply(failure.advice()),
        new Failure.Where(
            in(where.file()),
            where.line(),
            where.row(),
            in(where.column()),
            in(where.expected()),
            where.count(),
            where.rejects()));
  }

  private List<Written> in(List<Written> written) {
    return written.stream().map(this::in).toList();
  }

  private Written in(Written written) {
    return new Written(change.apply(written.target()), written.rows(), written.bytes());
  }

  /** The transaction is no text for people: the target is asked by it. */
  private PendingCommit in(PendingCommit commit) {
    return new PendingCommit(change.apply(commit.target()), commit.rows(), commit.transaction());
  }

  private @Nullable String in(@Nullable String text) {
    return text == null ? null : change.apply(text);
  }

  private Map<String, String> in(Map<String, String> texts) {
    Map<String, String> changed = new LinkedHashMap<>();
    texts.forEach((key, text) -> changed.put(change.apply(key), change.apply(text)));
    return changed;
  }
}
