package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.Written;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where each step of a run stands. Used by one thread. */
final class RunLedger {

  private static final class Entry {
    final PlannedStep step;
    long readyAt;
    // Set once it was sent.
    boolean sent;
    long sentAt;
    // Set once it has ended.
    @Nullable StepReport report;

    Entry(PlannedStep step) {
      this.step = step;
    }

    boolean running() {
      return sent && report == null;
    }

    boolean succeeded() {
      return report != null && report.status() == StepStatus.SUCCEEDED;
    }
  }

  private final Map<StepId, Entry> entries = new LinkedHashMap<>();
  private final LongSupplier nanos;

  RunLedger(Plan plan, LongSupplier nanos) {
    this.nanos = nanos;
    plan.steps().forEach(step -> entries.put(step.id(), new Entry(step)));
  }

  /** A worker is there: what waits from now on waits for its turn. */
  void open() {
    long now = nanos.getAsLong();
    entries.values().forEach(entry -> entry.readyAt = now);
  }

  /** Steps whose needs have all succeeded and which were not sent yet, in the plan's order. */
  List<PlannedStep> ready() {
    return entries.values().stream()
        .filter(entry -> !entry.sent && entry.report == null)
        .map(entry -> entry.step)
        .filter(step -> step.needs().stream().allMatch(this::succeeded))
        .toList();
  }

  List<StepId> running() {
    return entries.values().stream().filter(Entry::running).map(entry -> entry.step.id()).toList();
  }

  boolean isRunning(StepId id) {
    return entry(id).running();
  }

  boolean allSucceeded() {
    return entries.values().stream().allMatch(Entry::succeeded);
  }

  void sent(StepId id) {
    Entry entry = entry(id);
    entry.sent = true;
    entry.sentAt = nanos.getAsLong();
  }

  /** Notes the end that a worker reported. */
  StepReport ended(StepResult result) {
    return switch (result) {
      case StepResult.Succeeded done ->
          report(done.step(), StepStatus.SUCCEEDED, done.outputs(), done.written(), null);
      case StepResult.Failed failed ->
          report(
              failed.step(),
              StepStatus.FAILED,
              StepOutputs.NONE,
              failed.written(),
              failed.failure());
      case StepResult.Cancelled cancelled ->
          report(cancelled.step(), StepStatus.CANCELLED, StepOutputs.NONE, List.of(), null);
    };
  }

  /** Notes an end that no worker reported. */
  StepReport ended(StepId id, StepStatus status, @Nullable Failure failure) {
    return report(id, status, StepOutputs.NONE, List.of(), failure);
  }

  /** Outputs that nobody will read any more, now that this step has succeeded. */
  List<StepId> releasedBy(StepId reader) {
    return entry(reader).step.inputs().values().stream()
        .map(InputRef::step)
        .distinct()
        .filter(source -> readers(source).stream().allMatch(Entry::succeeded))
        .toList();
  }

  /** Every step in the plan's order; what was never sent is skipped. */
  List<StepReport> reports() {
    return entries.values().stream()
        .map(entry ->
            entry.report != null
                ? entry.report
                : new StepReport(
                    entry.step.id(),
                    entry.step.component(),
                    StepStatus.SKIPPED,
                    0,
                    Duration.ZERO,
                    Duration.ZERO,
                    StepOutputs.NONE,
                    List.of(),
                    null))
        .toList();
  }

  private StepReport report(
      StepId id,
      StepStatus status,
      StepOutputs outputs,
      List<Written> written,
      @Nullable Failure failure) {
    Entry entry = entry(id);
    long now = nanos.getAsLong();
    StepReport report =
        new StepReport(
            id,
            entry.step.component(),
            status,
            entry.sent ? 1 : 0,
            Duration.ofNanos(entry.sent ? entry.sentAt - entry.readyAt : 0),
            Duration.ofNanos(entry.sent ? now - entry.sentAt : 0),
            outputs,
            written,
            failure);
    entry.report = report;
    entries.values().stream()
        .filter(later -> later.step.needs().contains(id))
        .forEach(later -> later.readyAt = now);
    return report;
  }

  private List<Entry> readers(StepId source) {
    return entries.values().stream()
        .filter(entry ->
            entry.step.inputs().values().stream().anyMatch(ref -> ref.step().equals(source)))
        .toList();
  }

  private boolean succeeded(StepId id) {
    return entry(id).succeeded();
  }

  private Entry entry(StepId id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new IllegalStateException("the plan has no step '" + id + "'");
    }
    return entry;
  }
}
