package dev.osiris.wire;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.FieldType;
import dev.osiris.driver.StepEvents;
import dev.osiris.failure.Failure;
import dev.osiris.failure.Failure.Where;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.Grant;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.session.SessionId;
import dev.osiris.step.Column;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.InputRef;
import dev.osiris.step.OutputFile;
import dev.osiris.step.OutputTable;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.StepState;
import dev.osiris.step.Written;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of every command and event, by the name of its golden file. */
final class Samples {

  static final String TOKEN = "canary-session-token";
  static final String PASSWORD = "canary-password";
  static final SessionId SESSION = new SessionId("20260102T030405-k7");
  static final StepId STEP = new StepId("größe 1");
  static final StepId LOAD = new StepId("load");
  static final String ATTEMPT = "a1";

  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901234Z");

  private Samples() {}

  static StepSpec fullStep() {
    Map<String, @Nullable Object> config = new LinkedHashMap<>();
    config.put("query", "SELECT \"a\" FROM load\n-- ž");
    config.put("limit", 9_007_199_254_740_993L);
    config.put("rate", 0.1);
    config.put("header", true);
    config.put("nothing", null);
    config.put("columns", Arrays.asList("a", null, 1L, List.of()));
    config.put("dtype", Map.of("a", "BIGINT"));
    Map<String, InputRef> inputs = new LinkedHashMap<>();
    inputs.put("left", new InputRef(LOAD, null));
    inputs.put("right", new InputRef(STEP, "actors"));
    return new StepSpec(
        STEP,
        ATTEMPT,
        "mysql.extractor",
        config,
        inputs,
        "/project/data",
        new StepSpec.Resources(ByteSize.ofMiB(100), 2),
        Duration.ofMillis(90_500),
        new ConnectionSpec(
            "mysql", "main", Map.of("host", "db"), Map.of("password", Secret.of(PASSWORD))),
        STATE);
  }

  private static final StepState STATE =
      new StepState(Map.of("read_to", List.of("2026-01-02 03:04:05.678901+00", 17L)));

  static StepSpec plainStep() {
    return new StepSpec(
        LOAD,
        ATTEMPT,
        "filesystem.csv_extractor",
        Map.of("path", "in.csv"),
        Map.of(),
        null,
        StepSpec.Resources.DEFAULT,
        null);
  }

  static Map<String, Command> commands() {
    Map<String, Command> commands = new LinkedHashMap<>();
    commands.put(
        "open_session",
        new Command.OpenSession(
            ProtocolVersions.SUPPORTED,
            SESSION,
            "/project",
            List.of(
                new Grant("/project", false),
                new Grant("/out", true),
                new Grant("/elsewhere", true, true)),
            Duration.ofSeconds(30),
            ByteSize.ofMiB(20 << 10),
            true));
    commands.put("attach_session", new Command.AttachSession(SESSION, 17));
    commands.put("run_step", new Command.RunStep(fullStep()));
    commands.put("run_step_plain", new Command.RunStep(plainStep()));
    commands.put("cancel_step", new Command.CancelStep(STEP, ATTEMPT));
    commands.put("release_outputs", new Command.ReleaseOutputs(List.of(LOAD, STEP)));
    commands.put("ping", new Command.Ping());
    commands.put("acknowledge", new Command.Acknowledge(17));
    commands.put("clean_up", new Command.CleanUp());
    return commands;
  }

  static ComponentSpec component() {
    ConfigField path =
        new ConfigField(
            "path",
            List.of(FieldType.INPUT_PATH),
            null,
            true,
            null,
            false,
            List.of(),
            null,
            null,
            Map.of(),
            List.of("file"),
            "",
            "file to read");
    return new ComponentSpec(
        "filesystem.csv_extractor",
        "1.0",
        1,
        ComponentKind.EXTRACTOR,
        "Reads CSV files.",
        ComponentSpec.Inputs.NONE,
        List.of(path),
        List.of());
  }

  static StepOutputs outputs() {
    return new StepOutputs(
        "data/größe 1.duckdb",
        List.of(
            new OutputTable(
                "actors",
                3,
                List.of(
                    new Column("id", "BIGINT", false),
                    new Column("price \u0007", "DECIMAL(18,3)", true))),
            new OutputTable("movies", 0, List.of())),
        List.of(new OutputFile("report.csv", "artifacts/größe 1/report.csv", 12, DIGEST)),
        STATE);
  }

  static Failure failure() {
    return new Failure(
        FailureCode.CONNECTION_FAILED,
        "the database closed the connection",
        false,
        "try again later",
        new Where("in.csv", 3L, 2L, "price", "DOUBLE", 7L, "artifacts/größe 1/rejects.jsonl"));
  }

  /** Events by name; their envelopes follow from their keeping. */
  static Map<String, Event> events() {
    Map<String, Event> events = new LinkedHashMap<>();
    sessionEvents(events);
    stepEvents(events);
    return events;
  }

  private static void sessionEvents(Map<String, Event> events) {
    events.put(
        "session_opened",
        new Event.SessionOpened(
            SESSION,
            1,
            ProtocolVersions.SUPPORTED,
            1,
            Secret.of(TOKEN),
            "0.1.0",
            "v1.5.6",
            // Fixed: what the wire looks like does not depend on how a limit is split today.
            new MemoryBudget(
                ByteSize.ofMiB(512),
                ByteSize.ofMiB(64),
                ByteSize.ofMiB(24),
                ByteSize.ofMiB(180),
                ByteSize.ofMiB(268),
                2),
            "cgroup",
            Duration.ofSeconds(30),
            List.of(component()),
            Map.of("log_line", "8k")));
    events.put("session_attached", new Event.SessionAttached(SESSION, 2, 41));
    events.put("telemetry_dropped", new Event.TelemetryDropped(12));
    events.put("heartbeat", new Event.Heartbeat(41, 123_456_789, 2));
    events.put("command_rejected", new Event.CommandRejected(failure()));
    events.put("session_closed", new Event.SessionClosed(SESSION, "clean up"));
    events.put("log_written", new Event.LogWritten(STEP, StepEvents.Level.WARN, "one\n\ttwo"));
    events.put(
        "log_written_by_the_session",
        new Event.LogWritten(null, StepEvents.Level.DEBUG, "started"));
    events.put("outputs_released", new Event.OutputsReleased(List.of(STEP)));
  }

  private static void stepEvents(Map<String, Event> events) {
    Written file = new Written("/out/a.csv", 3, 120L);
    Written table = new Written("db.actors", 4, null);
    Duration elapsed = Duration.ofNanos(1_234_567_890);
    events.put("step_accepted", new Event.StepAccepted(STEP, ATTEMPT, DIGEST));
    events.put("step_queued", new Event.StepQueued(STEP, ATTEMPT, "waits for 100m"));
    events.put("step_started", new Event.StepStarted(STEP, ATTEMPT, 50_000_000, 1));
    events.put("step_progressed", new Event.StepProgressed(STEP, ATTEMPT, 1_000));
    events.put("output_published", new Event.OutputPublished(STEP, ATTEMPT, outputs()));
    events.put(
        "commit_begun",
        new Event.CommitBegun(
            STEP, ATTEMPT, new PendingCommit("db.actors", 4, "731@7281923/16384")));
    events.put("target_committed", new Event.TargetCommitted(STEP, ATTEMPT, file));
    events.put(
        "step_succeeded",
        new Event.StepEnded(
            new StepResult.Succeeded(STEP, ATTEMPT, elapsed, outputs(), List.of(file, table))));
    events.put(
        "step_succeeded_without_output",
        new Event.StepEnded(
            new StepResult.Succeeded(STEP, ATTEMPT, elapsed, StepOutputs.NONE, List.of())));
    events.put(
        "step_failed",
        new Event.StepEnded(
            new StepResult.Failed(STEP, ATTEMPT, elapsed, failure(), List.of(table))));
    events.put(
        "step_failed_nowhere",
        new Event.StepEnded(
            new StepResult.Failed(
                STEP,
                ATTEMPT,
                Duration.ZERO,
                Failure.of(FailureCode.TIMED_OUT, "out of time"),
                List.of())));
    events.put(
        "step_cancelled", new Event.StepEnded(new StepResult.Cancelled(STEP, ATTEMPT, elapsed)));
    events.put(
        "driver_reported",
        new Event.DriverReported(STEP, ATTEMPT, "page", Map.of("number", "3", "of", "9")));
    events.put(
        "metric_reported",
        new Event.MetricReported(STEP, ATTEMPT, "read", 0.30000000000000004, ""));
  }

  static JournalEntry entry(Event event) {
    boolean kept = event.keeping() != Event.Keeping.TRANSIENT;
    return new JournalEntry(kept ? 42 : 0, TIME, "c-7", event);
  }
}
