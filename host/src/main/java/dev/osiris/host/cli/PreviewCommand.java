package dev.osiris.host.cli;

import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.run.store.SessionSummary;
import dev.osiris.host.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the first rows of a table that a step published. */
@Command(
    name = "preview",
    description = "Shows the first rows of a table that a step published.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class PreviewCommand implements Callable<Integer> {
  private final Console console;
  private final Preparation preparation;
  private final Sandboxes sandboxes;

  @Parameters(index = "0", paramLabel = "SESSION", description = "Its id, or 'last'.")
  private String session = "";

  @Parameters(
      index = "1",
      paramLabel = "STEP[.TABLE]",
      description = "The step, and which of its tables where it has several.")
  private String step = "";

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "Most rows. Default: 20.")
  private int limit;

  @Mixin private Flags.Sessions sessions = new Flags.Sessions();

  PreviewCommand(Console console, Preparation preparation, Sandboxes sandboxes) {
    this.console = console;
    this.preparation = preparation;
    this.sandboxes = sandboxes;
  }

  @Override
  public Integer call() throws IOException, SandboxException, InterruptedException {
    SessionSummary found =
        SessionsCommand.find(SessionsCommand.store(preparation, sessions), session);
    // A step's id may have dots of its own: the file decides.
    int dot = step.lastIndexOf('.');
    boolean whole = dot < 1 || Files.exists(found.path().resolve("data").resolve(step + ".duckdb"));
    String id = whole ? step : step.substring(0, dot);
    @Nullable String table = whole ? null : step.substring(dot + 1);
    return new Look(console, sandboxes).at(found, data -> data.table(id, table, limit));
  }
}
