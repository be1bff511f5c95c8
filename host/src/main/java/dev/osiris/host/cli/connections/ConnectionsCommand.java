package dev.osiris.host.cli.connections;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.Suggestion;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.cli.setup.UsageException;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.connection.ConnectionRef;
import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.connection.ListedConnection;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.SandboxException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and tries the connections of a project. */
@Command(
    name = "connections",
    description = "Lists the connections of a project, or tries whether they lead anywhere.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "(list | doctor)")
public final class ConnectionsCommand implements Runnable {
  private final HostEnvironment environment;
  private final Console console;
  private final Preparation preparation;
  private final Sandboxes sandboxes;

  public ConnectionsCommand(
      HostEnvironment environment, Console console, Preparation preparation, Sandboxes sandboxes) {
    this.environment = environment;
    this.console = console;
    this.preparation = preparation;
    this.sandboxes = sandboxes;
  }

  @Override
  public void run() {
    throw new UsageException("say 'connections list' or 'connections doctor'");
  }

  @Command(
      name = "list",
      description = "Lists all connections, secrets masked, and the variables that are missing.",
      mixinStandardHelpOptions = true,
      usageHelpAutoWidth = true)
  int list(
      @Mixin Flags.ProjectFlags project,
      @Option(names = "--json", description = "Prints one JSON object.") boolean json) {
    Flags.Settings settings = new Flags.Settings();
    project.addTo(settings);
    HostConfig config = preparation.config(settings, null);
    ConnectionsFile file = file(config, preparation.catalog(config.paths().drivers()));
    List<ListedConnection> all = ListedConnection.of(file);
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("file", String.valueOf(file.path()));
      ArrayNode array = node.putArray("connections");
      all.forEach(connection -> array.add(json(connection)));
      console.resultText(node.toString());
    } else {
      console.note(String.valueOf(file.path()));
      all.forEach(this::print);
    }
    return ExitCode.SUCCEEDED.number();
  }

  private void print(ListedConnection connection) {
    console.result(
        connection.reference()
            + (connection.isDefault() ? " (default)" : "")
            + (connection.known() ? "" : " (family not known)"));
    connection.fields().forEach((name, text) -> console.result("    " + name + ": " + text));
    connection.unset().forEach(name -> console.result("    not set: " + name));
  }

  private static ObjectNode json(ListedConnection connection) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("family", connection.reference().family());
    node.put("alias", connection.reference().alias());
    node.put("default", connection.isDefault());
    node.put("known", connection.known());
    ObjectNode fields = node.putObject("fields");
    connection.fields().forEach(fields::put);
    ArrayNode unset = node.putArray("unset");
    connection.unset().forEach(unset::add);
    return node;
  }

  @Command(
      name = "doctor",
      description = {
        "Connects from inside a sandbox, and says what is wrong and what to do.",
        "A folder (family filesystem) is looked at from here. Exit code 0: all work; 1: one does not;",
        "3: a sandbox failed, so that nothing is known."
      },
      mixinStandardHelpOptions = true,
      usageHelpAutoWidth = true)
  int doctor(
      @Parameters(
              paramLabel = "@FAMILY.ALIAS",
              arity = "0..*",
              description = "Connections to try. Default: all.")
          List<String> names,
      @Mixin Flags.ProjectFlags project,
      @Mixin Flags.SandboxFlags sandbox,
      @Option(names = "--json", description = "Prints one JSON object.") boolean json)
      throws IOException, SessionInUse, SandboxException, InterruptedException {
    Flags.Settings settings = new Flags.Settings();
    project.addTo(settings);
    sandbox.addTo(settings);
    HostConfig config = preparation.config(settings, null);
    ComponentCatalog catalog = preparation.catalog(config.paths().drivers());
    ConnectionsFile file = file(config, catalog);
    List<ConnectionRef> wanted = wanted(Objects.requireNonNullElse(names, List.of()), file);
    ConnectionDoctor doctor =
        new ConnectionDoctor(environment, sandboxes, console, config, catalog, file);
    ArrayNode told = JsonNodeFactory.instance.arrayNode();
    ExitCode exit = ExitCode.SUCCEEDED;
    for (ConnectionRef connection : wanted) {
      Checkup checkup = doctor.examine(connection);
      // From good to bad, as they are declared.
      exit = checkup.exit().compareTo(exit) > 0 ? checkup.exit() : exit;
      told.add(checkup.json());
      if (!json) {
        print(checkup);
      }
      if (exit == ExitCode.INTERRUPTED || exit == ExitCode.TERMINATED) {
        break;
      }
    }
    if (json) {
      console.resultText(JsonNodeFactory.instance.objectNode().set("connections", told).toString());
    }
    return exit.number();
  }

  private void print(Checkup checkup) {
    console.result(checkup.connection() + ": " + checkup.status().word());
    for (Checkup.Check check : checkup.checks()) {
      console.result(
          "    %-6s %s: %s".formatted(check.status().word(), check.name(), check.message()));
      if (!check.advice().isEmpty()) {
        console.result("           " + check.advice());
      }
    }
  }

  private ConnectionsFile file(HostConfig config, ComponentCatalog catalog) {
    ConnectionsFile file = preparation.connections(config, catalog);
    if (file.path() == null) {
      throw new UsageException(
          "no osiris_connections.yaml was found here or above; name one with --connections FILE");
    }
    return file;
  }

  private static List<ConnectionRef> wanted(List<String> names, ConnectionsFile file) {
    if (names.isEmpty()) {
      return file.all();
    }
    List<String> known = file.all().stream().map(ConnectionRef::toString).toList();
    return names.stream()
        .map(name ->
            ConnectionRef.parse(name)
                .filter(file.all()::contains)
                .orElseThrow(() ->
                    new UsageException(
                        "there is no connection '" + name + "'" + Suggestion.phrase(name, known))))
        .toList();
  }
}
