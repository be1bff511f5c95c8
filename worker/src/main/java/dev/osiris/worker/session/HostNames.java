package dev.osiris.worker.session;

import dev.osiris.failure.Failure;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.session.Event;
import dev.osiris.step.StepResult;
import dev.osiris.step.Written;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a step tells, with the paths that the host knows in place of those where the worker keeps
 * staged files: the same events wherever the files are.
 */
record HostNames(GrantedPaths paths) {

  Event in(Event event) {
    return switch (event) {
      case Event.LogWritten log ->
          new Event.LogWritten(log.step(), log.level(), paths.hostNames(log.message()));
      case Event.DriverReported report ->
          new Event.DriverReported(
              report.step(), report.attempt(), report.name(), in(report.attributes()));
      case Event.TargetCommitted target ->
          new Event.TargetCommitted(target.step(), target.attempt(), in(target.written()));
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

  private List<Written> in(List<Written> written) {
    return written.stream().map(this::in).toList();
  }

  private Written in(Written written) {
    return new Written(paths.hostNames(written.target()), written.rows(), written.bytes());
  }

  private Failure in(Failure failure) {
    Failure.Where where = failure.where();
    return new Failure(
        failure.code(),
        paths.hostNames(failure.message()),
        failure.retryable(),
        paths.hostNames(failure.advice()),
        new Failure.Where(
            in(where.file()),
            where.line(),
            where.row(),
            where.column(),
            where.expected(),
            where.count(),
            where.rejects()));
  }

  private @Nullable String in(@Nullable String text) {
    return text == null ? null : paths.hostNames(text);
  }

  private Map<String, String> in(Map<String, String> texts) {
    Map<String, String> named = new LinkedHashMap<>();
    texts.forEach((key, text) -> named.put(key, paths.hostNames(text)));
    return named;
  }
}
