package dev.osiris.worker.step;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepEvents;
import dev.osiris.driver.StepTargets;
import dev.osiris.session.Event;
import dev.osiris.step.OutputFile;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.StepState;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.duckdb.DuckDb;
import dev.osiris.worker.duckdb.StepDatabase;
import dev.osiris.worker.duckdb.StepFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the driver and publishes what it left. Throws whatever went wrong, having removed what was
 * half-made.
 */
public final class DriverStepRunner implements StepRunner {

  private final Function<String, Driver> drivers;
  private final DuckDb duckdb;
  private final LongSupplier nanos;

  public DriverStepRunner(Function<String, Driver> drivers, DuckDb duckdb, LongSupplier nanos) {
    this.drivers = drivers;
    this.duckdb = duckdb;
    this.nanos = nanos;
  }

  @Override
  public StepResult run(StepAttempt attempt) throws Exception {
    StepSpec spec = attempt.spec();
    SessionDirectory directory = attempt.surroundings().directory();
    StepFile file = StepFile.begin(directory.data(), spec.id(), spec.attempt());
    AttemptTargets targets = new AttemptTargets(attempt);
    StepFolder files = new StepFolder(attempt, targets);
    StepEvents events = new AttemptEvents(attempt, nanos);
    try {
      StepArtifacts.writeConfig(attempt);
      Made made = drive(attempt, file.path(), files, targets, events);
      attempt.stop().check();
      StepOutputs outputs = publish(attempt, file, made, files);
      return new StepResult.Succeeded(
          spec.id(), spec.attempt(), Duration.ZERO, outputs, targets.written());
    } catch (Exception e) {
      throw targets.written().isEmpty() ? e : new PartlyWritten(e, targets.written());
    } finally {
      file.discard();
      files.discard();
    }
  }

  /** What the driver leaves beside files. */
  private record Made(List<OutputTable> tables, @Nullable StepState state) {}

  private Made drive(
      StepAttempt attempt, Path dataPath, StepFolder files, StepTargets targets, StepEvents events)
      throws Exception {
    StepSpec spec = attempt.spec();
    try (StepDatabase database =
        duckdb.begin(dataPath, attempt.inputs().relations(), attempt.share())) {
      Thread driving = Thread.currentThread();
      attempt
          .stop()
          .onStop(() -> {
            database.interrupt();
            driving.interrupt();
          });
      try {
        attempt
            .inputs()
            .relations()
            .warnings()
            .forEach(warning -> events.log(StepEvents.Level.WARN, warning));
        attempt.stop().check();
        CurrentStep.set(spec.id());
        WorkerStepContext context =
            new WorkerStepContext(attempt, database, dataPath, files, targets, events);
        drivers.apply(spec.component()).run(context);
        return new Made(database.finish(), context.kept());
      } finally {
        CurrentStep.clear();
        attempt.stop().onStop(() -> {});
        // A driver that was interrupted as it returned must not break publication or the next user
        // of this thread.
        Thread.interrupted();
        events.metric("duckdb_peak_bytes", database.usage().peakMemoryBytes(), "bytes");
        events.metric("duckdb_spilled_bytes", database.usage().spilledBytes(), "bytes");
      }
    }
  }

  private static StepOutputs publish(
      StepAttempt attempt, StepFile file, Made made, StepFolder files) throws Exception {
    StepId id = attempt.spec().id();
    List<OutputTable> tables = made.tables();
    attempt.surroundings().disk().publish(id, tables.isEmpty() ? 0 : Files.size(file.path()));
    List<OutputFile> outputFiles = files.publishAll();
    if (tables.isEmpty()) {
      // A re-run that makes no table must not leave the table of the run before.
      Files.deleteIfExists(file.target());
      if (outputFiles.isEmpty() && made.state() == null) {
        return StepOutputs.NONE;
      }
    } else {
      file.publish();
      StepArtifacts.writeSchema(attempt, tables);
    }
    StepOutputs outputs =
        new StepOutputs(
            tables.isEmpty() ? null : SessionDirectory.dataPath(id),
            tables,
            outputFiles,
            made.state());
    attempt.events().keep(new Event.OutputPublished(id, attempt.spec().attempt(), outputs));
    return outputs;
  }
}
