package dev.osiris.host.cli;

import dev.osiris.host.cli.connections.ConnectionsCommand;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.cli.setup.UsageException;
import dev.osiris.host.cli.view.Console;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line as a whole. */
@Command(
    name = "osiris",
    description = {
      "Runs data pipelines in sandboxes with a memory limit.",
      "",
      "Begin with:  osiris run examples/quickstart/pipeline.yaml",
      "then:        osiris sessions list",
      "             osiris preview last <step>",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:succeeded",
      "1:a step failed, ran out of memory or time",
      "2:wrong usage, or a pipeline that is not valid",
      "3:the sandbox or the worker failed, or the outcome is unknown",
      "130:interrupted (Ctrl-C)",
      "143:terminated"
    },
    footer = {
      "",
      "Flags of 'run' may also stand in osiris.yaml (session_root: …) or in the environment",
      "(OSIRIS_SESSION_ROOT=…); a flag wins over the environment, the environment over the file."
    })
public final class OsirisCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  /**
   * The commands, ready to be given arguments.
   *
   * @param wanted the first argument; where it names a command, only that one is read, since
   *     reading all of them is most of what a short command waits for
   */
  public static CommandLine commandLine(
      HostEnvironment environment, Console console, @Nullable String wanted) {
    Preparation preparation = new Preparation(environment);
    Sandboxes sandboxes = new Sandboxes(environment);
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("run", () -> new RunCommand(environment, console, preparation, sandboxes));
    commands.put("validate", () -> new ValidateCommand(console, preparation));
    commands.put("sessions", () -> new SessionsCommand(console, preparation));
    commands.put("state", () -> new StateCommand(console, preparation));
    commands.put("preview", () -> new PreviewCommand(console, preparation, sandboxes));
    commands.put("query", () -> new QueryCommand(console, preparation, sandboxes));
    commands.put("drivers", () -> new DriversCommand(console, preparation));
    commands.put(
        "connections", () -> new ConnectionsCommand(environment, console, preparation, sandboxes));
    commands.put("doctor", () -> new DoctorCommand(environment, console, preparation));
    // No method reference: it would draw a class of an old format into the AOT cache, which the JDK
    // cannot write then.
    commands.put("help", () -> new CommandLine.HelpCommand());
    CommandLine all = new CommandLine(new OsirisCommand());
    boolean one = commands.containsKey(wanted) && !"help".equals(wanted);
    commands.forEach((name, command) -> {
      if (!one || name.equals(wanted)) {
        all.addSubcommand(name, command.get());
      }
    });
    return all.setOut(console.outWriter())
        .setErr(console.errWriter())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false);
  }

  @Override
  public void run() {
    CommandSpec known = spec;
    if (known != null) {
      known.commandLine().usage(known.commandLine().getErr());
    }
    throw new UsageException("a command is missing");
  }
}
