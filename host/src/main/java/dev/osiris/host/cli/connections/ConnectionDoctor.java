package dev.osiris.host.cli.connections;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.RunSettings;
import dev.osiris.host.cli.setup.RunSignals;
import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.cli.setup.SessionTables;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.cli.view.PlainProgress;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.config.SettingException;
import dev.osiris.host.config.SettingProblem;
import dev.osiris.host.connection.ConnectionRef;
import dev.osiris.host.connection.ConnectionResolver;
import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.pipeline.Retry;
import dev.osiris.host.plan.Manifest;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.plan.PlannedConnection;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.host.run.Orchestrator;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.session.DataRefused;
import dev.osiris.host.session.TableText;
import dev.osiris.session.SessionId;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tries connections: folders from here, all others from inside a sandbox, by a run of one step
 * whose component is {@code <family>.doctor} and whose session is gone afterwards.
 */
final class ConnectionDoctor {
  private static final StepId STEP = new StepId("doctor");
  private static final int MAX_CHECKS = 1_000;

  private final HostEnvironment environment;
  private final Sandboxes sandboxes;
  private final Console console;
  private final HostConfig config;
  private final ComponentCatalog catalog;
  private final ConnectionsFile connections;
  private final RunSignals signals;

  ConnectionDoctor(
      HostEnvironment environment,
      Sandboxes sandboxes,
      Console console,
      HostConfig config,
      ComponentCatalog catalog,
      ConnectionsFile connections) {
    this.environment = environment;
    this.sandboxes = sandboxes;
    this.console = console;
    this.config = config;
    this.catalog = catalog;
    this.connections = connections;
    this.signals = new RunSignals(console, environment.halt());
    signals.listen();
  }

  /** Tries one connection of the file. */
  Checkup examine(ConnectionRef connection)
      throws IOException, SessionInUse, SandboxException, InterruptedException {
    String component = connection.family() + ".doctor";
    if (connections.family(connection.family()).isEmpty()) {
      return Checkup.failed(
          connection,
          "family",
          "the family '" + connection.family() + "' is not known",
          "Name the folder of its driver with --drivers DIR, or take it for another program's.");
    }
    ConnectionResolver resolver = new ConnectionResolver(connections);
    try {
      if (connection.family().equals(ConnectionsFile.FILESYSTEM)) {
        return folder(connection, resolver.baseDir(connection));
      }
      ConnectionSpec resolved = resolver.resolve(connection, Map.of());
      return catalog.find(component).isEmpty()
          ? Checkup.failed(
              connection,
              "component",
              "there is no component '" + component + "'",
              "See what there is with 'osiris drivers list'.")
          : inSandbox(new PlannedConnection(connection, Map.of(), resolved), component);
    } catch (SettingException refused) {
      return new Checkup(
          connection,
          refused.problems().stream()
              .map(found -> new Checkup.Check("settings", Checkup.Status.FAILED, place(found), ""))
              .toList());
    }
  }

  private static String place(SettingProblem problem) {
    return Path.of(problem.source()).getFileName()
        + ":"
        + problem.at().line()
        + ": "
        + problem.message();
  }

  private static Checkup folder(ConnectionRef connection, Path folder) {
    String text = "the folder " + folder;
    if (!Files.isDirectory(folder)) {
      return Checkup.failed(connection, "folder", text + " does not exist", "Create it.");
    }
    if (!Files.isReadable(folder)) {
      return Checkup.failed(connection, "folder", text + " cannot be read", "Check its rights.");
    }
    boolean writable = Files.isWritable(folder);
    return new Checkup(
        connection,
        List.of(
            new Checkup.Check(
                "folder",
                writable ? Checkup.Status.OK : Checkup.Status.WARN,
                text + (writable ? " can be read and written" : " can be read and not written"),
                writable ? "" : "Steps can read there; for writers check its rights.")));
  }

  private Checkup inSandbox(PlannedConnection connection, String component)
      throws IOException, SessionInUse, SandboxException, InterruptedException {
    PlannedStep step =
        new PlannedStep(
            STEP,
            component,
            Map.of(),
            Set.of(),
            Map.of(),
            null,
            StepSpec.Resources.DEFAULT,
            config.run().timeout(),
            Retry.NONE,
            connection);
    Plan plan = new Plan("connections doctor", List.of(step));
    try (RunFolder root = RunFolder.create()) {
      RunReport report =
          new Orchestrator(
                  sandboxes.provider(config.sandbox()), environment.clock(), environment.nanos())
              .run(
                  plan,
                  Manifest.of(plan, catalog, config.paths().project()).text(),
                  RunSettings.mirrored(
                      config, new SessionId("doctor"), root.path(), environment.variables()),
                  signals.control(),
                  new PlainProgress(console, true, false));
      return report.exit() == ExitCode.SUCCEEDED
          ? new Checkup(connection.reference(), checks(report.sessionDir()))
          : Checkup.failed(connection.reference(), failure(report), report.exit());
    }
  }

  private static Failure failure(RunReport report) {
    Failure ofStep = report.steps().getFirst().failure();
    return Objects.requireNonNullElseGet(
        ofStep == null ? report.reason() : ofStep,
        () -> Failure.of(FailureCode.INTERNAL_ERROR, "stopped before there was an answer"));
  }

  private List<Checkup.Check> checks(Path sessionDir)
      throws IOException, SandboxException, InterruptedException {
    try {
      TableText table =
          new SessionTables(sandboxes)
              .ask(sessionDir, data -> data.table(STEP.value(), null, MAX_CHECKS));
      return table.rows().stream().map(ConnectionDoctor::check).collect(Collectors.toList());
    } catch (DataRefused refused) {
      return List.of(
          new Checkup.Check(
              "doctor",
              Checkup.Status.FAILED,
              "the table of checks cannot be read: " + refused.getMessage(),
              "This is a defect of the component."));
    }
  }

  private static Checkup.Check check(List<@Nullable String> row) {
    return new Checkup.Check(
        cell(row, 0), Checkup.Status.of(cell(row, 1)), cell(row, 2), cell(row, 3));
  }

  private static String cell(List<@Nullable String> row, int index) {
    String text = index < row.size() ? row.get(index) : null;
    return text == null ? "" : text;
  }
}
