package dev.osiris.host.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.UsageException;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.cli.view.TextTable;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.store.SessionStore;
import dev.osiris.host.run.store.SessionSummary;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at session directories. */
@Command(
    name = "sessions",
    description = "Lists sessions, or shows how one ended.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "(list | show)")
final class SessionsCommand implements Runnable {
  private final Console console;
  private final Preparation preparation;

  SessionsCommand(Console console, Preparation preparation) {
    this.console = console;
    this.preparation = preparation;
  }

  @Override
  public void run() {
    throw new UsageException("say 'sessions list' or 'sessions show <session>'");
  }

  @Command(
      name = "list",
      description = "Lists sessions, the newest last.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Flags.Sessions flags) throws IOException {
    SessionStore store = store(preparation, flags);
    List<SessionSummary> sessions = store.list();
    if (sessions.isEmpty()) {
      console.note("there are no sessions in " + store.root());
      return ExitCode.SUCCEEDED.number();
    }
    TextTable table =
        new TextTable(
            List.of("SESSION", "PIPELINE", "STATUS", "STARTED", "TIME"),
            List.of(false, false, false, false, true));
    for (SessionSummary session : sessions) {
      table.add(
          List.of(
              session.id(),
              session.text("pipeline").orElse(""),
              session.pid() == null ? session.state() : session.state() + " " + session.pid(),
              session.text("started_at").orElse(""),
              session.text("duration_ms").map(SessionsCommand::seconds).orElse("")));
    }
    table.lines().forEach(console::result);
    return ExitCode.SUCCEEDED.number();
  }

  @Command(
      name = "show",
      description = "Shows a session: its steps, their failures, its folder.",
      mixinStandardHelpOptions = true)
  int show(
      @Parameters(paramLabel = "SESSION", description = "Its id, or 'last'.") String id,
      @Option(names = "--json", description = "Prints status.json.") boolean json,
      @Mixin Flags.Sessions flags)
      throws IOException {
    SessionSummary session = find(store(preparation, flags), id);
    JsonNode status = session.status();
    if (json) {
      console.resultText(status == null ? "null" : status.toPrettyString());
      return ExitCode.SUCCEEDED.number();
    }
    console.result("session    " + session.id());
    console.result("status     " + session.state());
    console.result("folder     " + session.path());
    if (session.pid() != null) {
      console.result("host       process " + session.pid());
    }
    session.text("pipeline").ifPresent(name -> console.result("pipeline   " + name));
    session.text("sandbox").ifPresent(kind -> console.result("sandbox    " + kind));
    if (status != null) {
      steps(status);
      failure("the run", status.path("reason"));
    }
    return ExitCode.SUCCEEDED.number();
  }

  static SessionStore store(Preparation preparation, Flags.Sessions flags) {
    Flags.Settings settings = new Flags.Settings();
    flags.addTo(settings);
    return new SessionStore(preparation.config(settings, null).paths().sessionRoot());
  }

  static SessionSummary find(SessionStore store, String id) throws IOException {
    return store
        .find(id)
        .orElseThrow(() ->
            new UsageException(
                "there is no session '"
                    + id
                    + "' in "
                    + store.root()
                    + "; see 'osiris sessions list'"));
  }

  private void steps(JsonNode status) {
    TextTable table =
        new TextTable(
            List.of(
                "STEP", "DRIVER", "STATUS", "ROWS", "TIME", "RSS", "DUCKDB", "SPILLED", "FAILURE"),
            List.of(false, false, false, true, true, true, true, true, false));
    for (JsonNode step : status.path("steps")) {
      table.add(
          List.of(
              step.path("id").asText(),
              step.path("driver").asText(),
              step.path("status").asText(),
              rows(step),
              seconds(step.path("duration_ms").asText()),
              size(step.path("metrics").path("peak_rss_bytes")),
              size(step.path("metrics").path("duckdb_peak_bytes")),
              size(step.path("metrics").path("duckdb_spilled_bytes")),
              step.path("failure").path("code").asText()));
    }
    console.result("");
    table.lines().forEach(console::result);
    for (JsonNode step : status.path("steps")) {
      failure(step.path("id").asText(), step.path("failure"));
    }
  }

  private void failure(String of, JsonNode failure) {
    if (!failure.isObject()) {
      return;
    }
    console.result("");
    console.result(of + ": " + failure.path("message").asText());
    if (!failure.path("advice").asText().isEmpty()) {
      console.result("  " + failure.path("advice").asText());
    }
  }

  /** Of all its tables, or of what it has written where it has none. */
  private static String rows(JsonNode step) {
    JsonNode outputs = step.path("outputs");
    JsonNode counted = outputs.isObject() ? outputs.path("tables") : step.path("written");
    if (outputs.path("rows").isNumber()) {
      return outputs.path("rows").asText();
    }
    return counted.isEmpty()
        ? ""
        : Long.toString(
            counted.valueStream().mapToLong(table -> table.path("rows").asLong()).sum());
  }

  /** In MiB, as memory limits are given. */
  private static String size(JsonNode bytes) {
    return bytes.isNumber()
        ? String.format(Locale.ROOT, "%.1f MiB", bytes.asDouble() / (1 << 20))
        : "";
  }

  /** Tolerant: the file may be of another version, or edited. */
  private static String seconds(String millis) {
    try {
      return String.format(Locale.ROOT, "%.2f s", Double.parseDouble(millis) / 1_000);
    } catch (NumberFormatException e) {
      return "";
    }
  }
}
