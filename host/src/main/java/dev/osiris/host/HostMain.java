package dev.osiris.host;

import dev.osiris.failure.DiskFull;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.catalog.CatalogException;
import dev.osiris.host.cli.OsirisCommand;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.UsageException;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.cli.view.ReportView;
import dev.osiris.host.config.SettingException;
import dev.osiris.host.pipeline.PipelineException;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.SandboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code osiris} program: arguments in, exit code out. */
public final class HostMain {
  private static final System.Logger LOG = System.getLogger(HostMain.class.getName());

  private HostMain() {}

  public static void main(String[] args) {
    Map<String, String> variables = System.getenv();
    Console console = Console.ofProcess(variables);
    HostEnvironment environment =
        new HostEnvironment(
            variables,
            Path.of("").toAbsolutePath(),
            workerHome(),
            InstantSource.system(),
            System::nanoTime,
            Runtime.getRuntime()::halt);
    System.exit(execute(args, environment, console));
  }

  /** The whole program without the process around it: what it prints goes to the console. */
  public static int execute(String[] args, HostEnvironment environment, Console console) {
    CommandLine commands =
        OsirisCommand.commandLine(environment, console, args.length == 0 ? null : args[0]);
    commands.setExecutionExceptionHandler((problem, command, parsed) -> exit(problem, console));
    commands.setParameterExceptionHandler((problem, arguments) -> exit(problem, console));
    return commands.execute(args);
  }

  /** One message, and not the whole help: what is wrong must not scroll away. */
  private static int exit(ParameterException problem, Console console) {
    List<String> similar =
        problem instanceof UnmatchedArgumentException unknown
            ? unknown.getSuggestions()
            : List.of();
    console.problem(
        "osiris: "
            + problem.getMessage()
            + (similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?")
            + " See '"
            + problem.getCommandLine().getCommandSpec().qualifiedName()
            + " --help'.");
    return ExitCode.USAGE.number();
  }

  /** What could not be carried out, as one message and an exit code. */
  private static int exit(Exception problem, Console console) {
    ExitCode code =
        switch (problem) {
          case UsageException e -> told(console, e, ExitCode.USAGE);
          case PipelineException e -> told(console, e, ExitCode.USAGE);
          case SettingException e -> told(console, e, ExitCode.USAGE);
          case CatalogException e -> told(console, e, ExitCode.USAGE);
          case SessionInUse e -> told(console, e, ExitCode.USAGE);
          case SandboxException e -> {
            new ReportView(console).failure("no sandbox", e.failure());
            yield e.failure().code() == FailureCode.CONFIG_INVALID
                ? ExitCode.USAGE
                : ExitCode.SANDBOX_FAILED;
          }
          case IOException e -> unusable(console, e);
          case UncheckedIOException e -> unusable(console, Objects.requireNonNull(e.getCause()));
          case InterruptedException e -> {
            Thread.currentThread().interrupt();
            yield told(console, e, ExitCode.INTERRUPTED);
          }
          default -> {
            console.problem("osiris: a defect of this program: " + problem);
            LOG.log(System.Logger.Level.ERROR, "where it happened", problem);
            yield ExitCode.SANDBOX_FAILED;
          }
        };
    return code.number();
  }

  private static ExitCode unusable(Console console, IOException problem) {
    LOG.log(System.Logger.Level.DEBUG, "a file could not be used", problem);
    if (DiskFull.isMeantBy(problem)) {
      String file = problem instanceof FileSystemException system ? system.getFile() : null;
      console.problem(
          "osiris: the disk is full"
              + (file == null ? "" : " where " + file + " is to be")
              + "; free space, or put sessions on a larger disk with --session-root");
    } else {
      String reason =
          switch (problem) {
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case NoSuchFileException e -> e.getFile() + ": no such file";
            case NotDirectoryException e -> e.getFile() + ": not a folder";
            case FileAlreadyExistsException e -> e.getFile() + ": is there already, and no folder";
            case FileSystemException e when e.getReason() != null ->
                e.getFile() + ": " + e.getReason();
            default -> problem.getClass().getSimpleName() + ": " + problem.getMessage();
          };
      console.problem("osiris: " + reason);
    }
    return ExitCode.SANDBOX_FAILED;
  }

  private static ExitCode told(Console console, Exception problem, ExitCode code) {
    String message = problem.getMessage();
    console.problem("osiris: " + (message == null ? "interrupted" : message));
    return code;
  }

  private static @Nullable Path workerHome() {
    String home = System.getProperty("osiris.worker.home");
    return home == null ? null : Path.of(home);
  }
}
