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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where each step of a run stands. Used by one thread. A step that ends costs what its neighbours
 * are, not what the plan is: plans have thousands of steps.
 */
final class RunLedger {

  private static final class Entry {
    final PlannedStep step;
    final int place;
    final List<Entry> followers = new ArrayList<>();
    final List<Entry> readers = new ArrayList<>();
    int unmet;
    long readyAt;
    // Set once it was sent.
    boolean sent;
    long sentAt;
    // Set once it has ended.
    @Nullable StepReport report;

    Entry(PlannedStep step, int place) {
      this.step = step;
      this.place = place;
    }

    boolean succeeded() {
      return report != null && report.status() == StepStatus.SUCCEEDED;
    }
  }

  private final Map<StepId, Entry> entries = new LinkedHashMap<>();
  private final NavigableMap<Integer, Entry> ready = new TreeMap<>();
  private final Map<StepId, Entry> running = new LinkedHashMap<>();
  private final LongSupplier nanos;

  RunLedger(Plan plan, LongSupplier nanos) {
    this.nanos = nanos;
    plan.steps().forEach(step -> entries.put(step.id(), new Entry(step, entries.size())));
    entries.values().forEach(this::link);
  }

  private void link(Entry entry) {
    Set<StepId> needs = Set.copyOf(entry.step.needs());
    needs.forEach(need -> entry(need).followers.add(entry));
    entry.unmet = needs.size();
    if (needs.isEmpty()) {
      ready.put(entry.place, entry);
    }
    sources(entry).forEach(source -> entry(source).readers.add(entry));
  }

  /** A worker is there: what waits from now on waits for its turn. */
  void open() {
    long now = nanos.getAsLong();
    entries.values().forEach(entry -> entry.readyAt = now);
  }

  /**
   * The first step of the plan's order that was not sent yet and whose needs have all succeeded.
   */
  Optional<PlannedStep> nextReady() {
    return Optional.ofNullable(ready.firstEntry()).map(first -> first.getValue().step);
  }

  List<StepId> running() {
    return List.copyOf(running.keySet());
  }

  boolean isRunning(StepId id) {
    return running.containsKey(id);
  }

  boolean allSucceeded() {
    return entries.values().stream().allMatch(Entry::succeeded);
  }

  void sent(StepId id) {
    Entry entry = entry(id);
    entry.sent = true;
    entry.sentAt = nanos.getAsLong();
    ready.remove(entry.place);
    running.put(id, entry);
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
    return sources(entry(reader)).stream()
        .filter(source -> entry(source).readers.stream().allMatch(Entry::succeeded))
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
    ready.remove(entry.place);
    running.remove(id);
    for (Entry later : entry.followers) {
      later.readyAt = now;
      if (entry.succeeded() && --later.unmet == 0 && later.report == null) {
        ready.put(later.place, later);
      }
    }
    return report;
  }

  private static List<StepId> sources(Entry entry) {
    return entry.step.inputs().values().stream().map(InputRef::step).distinct().toList();
  }

  private Entry entry(StepId id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new IllegalStateException("the plan has no step '" + id + "'");
    }
    return entry;
  }
}
