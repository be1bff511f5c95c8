package dev.osiris.e2e.harness.cli;

import dev.osiris.e2e.harness.Installation;
import dev.osiris.e2e.harness.Scratch;
import dev.osiris.host.HostMain;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.view.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The host's command line in this JVM, with real workers as its children. Same code as the program,
 * without the start of a JVM; {@link CliProcess} is for what only a process shows.
 */
public final class Cli {

  private static final int WIDTH = 100;

  private final Path folder;
  private final Map<String, String> variables;
  private final Path workerHome;

  private Cli(Path folder, Map<String, String> variables, Path workerHome) {
    this.folder = folder;
    this.variables = Map.copyOf(variables);
    this.workerHome = workerHome;
  }

  /** In an empty folder, without variables. */
  public Cli() {
    this(Scratch.temporary(), Map.of(), Installation.workerHome());
  }

  /** In that working folder. */
  public Cli in(Path workingFolder) {
    return new Cli(workingFolder, variables, workerHome);
  }

  /** With a variable of the environment. */
  public Cli with(String variable, String value) {
    Map<String, String> more = new HashMap<>(variables);
    more.put(variable, value);
    return new Cli(folder, more, workerHome);
  }

  /** With another folder for the worker's program. */
  public Cli withWorker(Path home) {
    return new Cli(folder, variables, home);
  }

  public CliResult run(String... arguments) {
    return run(List.of(arguments));
  }

  public CliResult run(List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            WIDTH);
    HostEnvironment environment =
        new HostEnvironment(
            variables,
            folder,
            workerHome,
            InstantSource.system(),
            System::nanoTime,
            code -> {
              throw new AssertionError("the host wanted to end this JVM with " + code);
            });
    int exit = HostMain.execute(arguments.toArray(String[]::new), environment, console);
    return new CliResult(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
