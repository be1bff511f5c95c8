package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.host.pipeline.Retry;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
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
    // Attempts sent; the first one's time.
    int attempts;
    long sentAt;
    // Set while another attempt is to come.
    @Nullable Comeback comeback;
    boolean hadMemory;
    // Set once it has ended.
    @Nullable StepReport report;

    Entry(PlannedStep step, int place) {
      this.step = step;
      this.place = place;
    }

    boolean mustBeAlone() {
      return comeback != null && comeback.alone();
    }

    long due() {
      return comeback == null ? 0 : comeback.due();
    }

    boolean succeeded() {
      return report != null && report.status() == StepStatus.SUCCEEDED;
    }
  }

  /**
   * A step that is to be tried again.
   *
   * @param failure of the attempt before
   * @param due by the clock
   * @param alone while nothing else runs
   * @param unheard the attempt before, when its worker was gone before it told how the attempt
   *     ended: its journal may know
   */
  record Comeback(Failure failure, long due, boolean alone, @Nullable StepSpec unheard) {

    /** The same, with nothing left to ask for. */
    Comeback asHeard() {
      return new Comeback(failure, due, alone, null);
    }
  }

  private final Map<StepId, Entry> entries = new LinkedHashMap<>();
  private final NavigableMap<Integer, Entry> ready = new TreeMap<>();
  private final PriorityQueue<Entry> pausing =
      new PriorityQueue<>(Comparator.comparingLong(Entry::due));
  private final Map<StepId, Entry> running = new LinkedHashMap<>();
  private final RunCommits commits;
  private final LongSupplier nanos;

  private boolean opened;

  /**
   * @param commits what is known of steps whose end no worker reports
   * @param nanos a monotonic clock in nanoseconds
   */
  RunLedger(Plan plan, RunCommits commits, LongSupplier nanos) {
    this.commits = commits;
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

  /** The first worker is there: what waits from now on waits for its turn. */
  void open() {
    if (!opened) {
      opened = true;
      long now = nanos.getAsLong();
      entries.values().forEach(entry -> entry.readyAt = now);
    }
  }

  /**
   * The first step of the plan's order that may be sent now: its needs have all succeeded, its
   * pause is over, and it does not disturb one that must be alone.
   */
  Optional<PlannedStep> nextReady() {
    long now = nanos.getAsLong();
    while (!pausing.isEmpty() && pausing.element().due() <= now) {
      Entry due = pausing.remove();
      ready.put(due.place, due);
    }
    Map.Entry<Integer, Entry> first = ready.firstEntry();
    if (first == null || running.values().stream().anyMatch(Entry::mustBeAlone)) {
      return Optional.empty();
    }
    Entry next = first.getValue();
    return next.mustBeAlone() && !running.isEmpty() ? Optional.empty() : Optional.of(next.step);
  }

  /** When the next pause is over, by the clock; {@link Long#MAX_VALUE} when no step pauses. */
  long nextDue() {
    return pausing.isEmpty() ? Long.MAX_VALUE : pausing.element().due();
  }

  /** Whether a step may still be sent, now or after its pause. */
  boolean hasWaiting() {
    return !ready.isEmpty() || !pausing.isEmpty();
  }

  /** What the pipeline says about trying a step again. */
  Retry retry(StepId id) {
    return entry(id).step.retry();
  }

  /** How often a step was sent, and why. */
  Retries.Tried tried(StepId id) {
    Entry entry = entry(id);
    return new Retries.Tried(entry.attempts, entry.hadMemory);
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

  /**
   * Takes a step out for the worker.
   *
   * @return what was sent before and not heard of, to be asked for first; else empty, and a new
   *     attempt begins
   */
  Optional<StepSpec> send(StepId id) {
    Entry entry = entry(id);
    ready.remove(entry.place);
    running.put(id, entry);
    if (entry.attempts == 0) {
      entry.sentAt = nanos.getAsLong();
    }
    entry.attempts++;
    return Optional.ofNullable(entry.comeback).map(Comeback::unheard);
  }

  /**
   * Takes note of an answer to {@link #send}.
   *
   * @param result {@code null} when the worker was lost
   * @return what the step came back with, when the answer is about the attempt that had not been
   *     heard of; that was no other attempt then
   */
  Optional<Comeback> answered(StepId id, @Nullable StepResult result) {
    Entry entry = entry(id);
    Comeback comeback = entry.comeback;
    if (result == null || comeback == null || comeback.unheard() == null) {
      return Optional.empty();
    }
    entry.attempts--;
    return Optional.of(comeback);
  }

  /** The attempt is over and another one will follow. */
  void comesBack(StepId id, Comeback comeback) {
    Entry entry = entry(id);
    entry.comeback = comeback;
    running.remove(id);
    pausing.add(entry);
  }

  /** The one attempt for the sake of memory is used up. */
  void hadMemory(StepId id) {
    entry(id).hadMemory = true;
  }

  /**
   * Ends the steps that were to be tried again and will not be.
   *
   * @param status of theirs; the failure is that of their last attempt
   */
  List<StepReport> giveUp(StepStatus status) {
    return entries.values().stream()
        .filter(entry -> entry.report == null && entry.comeback != null)
        .map(entry -> ended(entry.step.id(), status, entry.comeback.failure()))
        .toList();
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
    return report(
        id, status, StepOutputs.NONE, commits.written(id), commits.unsettled(id).orElse(failure));
  }

  /** Outputs that nobody will read any more, now that this step has succeeded. */
  List<StepId> releasedBy(StepId reader) {
    return sources(entry(reader)).stream()
        .filter(source -> entry(source).readers.stream().allMatch(Entry::succeeded))
        .toList();
  }

  /** Steps whose outputs are read by steps that have not succeeded. */
  Set<StepId> readBySteps() {
    return entries.values().stream()
        .filter(entry -> entry.readers.stream().anyMatch(reader -> !reader.succeeded()))
        .map(entry -> entry.step.id())
        .collect(Collectors.toSet());
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
            entry.attempts,
            Duration.ofNanos(entry.attempts > 0 ? entry.sentAt - entry.readyAt : 0),
            Duration.ofNanos(entry.attempts > 0 ? now - entry.sentAt : 0),
            outputs,
            written,
            failure);
    entry.report = report;
    entry.comeback = null;
    ready.remove(entry.place);
    pausing.remove(entry);
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
