package dev.osiris.host.cli;

import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.run.store.SessionSummary;
import dev.osiris.host.sandbox.SandboxException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the published tables of a session. */
@Command(
    name = "query",
    description = {
      "Runs one SELECT over the published tables of a session.",
      "Each step is a relation under its name: select count(*) from \"my step\";",
      "one of several tables of a step is \"step\".\"table\"."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class QueryCommand implements Callable<Integer> {
  private final Console console;
  private final Preparation preparation;
  private final Sandboxes sandboxes;

  @Parameters(index = "0", paramLabel = "SESSION", description = "Its id, or 'last'.")
  private String session = "";

  @Parameters(index = "1", paramLabel = "SQL", description = "One SELECT.")
  private String sql = "";

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "Most rows. Default: 20.")
  private int limit;

  @Mixin private Flags.Sessions sessions = new Flags.Sessions();

  QueryCommand(Console console, Preparation preparation, Sandboxes sandboxes) {
    this.console = console;
    this.preparation = preparation;
    this.sandboxes = sandboxes;
  }

  @Override
  public Integer call() throws IOException, SandboxException, InterruptedException {
    SessionSummary found =
        SessionsCommand.find(SessionsCommand.store(preparation, sessions), session);
    return new Look(console, sandboxes).at(found, data -> data.query(sql, limit));
  }
}
