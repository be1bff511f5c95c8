package dev.osiris.host.cli;

import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.Preparation.Prepared;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.pipeline.PipelineException;
import dev.osiris.host.run.report.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks pipelines without running anything. */
@Command(
    name = "validate",
    description = "Checks a pipeline without running it, and says what only a run can check.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class ValidateCommand implements Callable<Integer> {
  private final Console console;
  private final Preparation preparation;

  @Parameters(paramLabel = "PIPELINE", arity = "1..*", description = "Pipeline files (OML 0.1.0).")
  private List<Path> pipelines = List.of();

  @Mixin private Flags.Planning planning = new Flags.Planning();

  @Option(names = "--manifest", description = "Prints the plan as its canonical manifest.")
  private boolean manifest;

  ValidateCommand(Console console, Preparation preparation) {
    this.console = console;
    this.preparation = preparation;
  }

  @Override
  public Integer call() {
    Flags.Settings settings = new Flags.Settings();
    planning.addTo(settings);
    ExitCode exit = ExitCode.SUCCEEDED;
    for (Path file : pipelines) {
      try {
        tell(file, preparation.prepare(file, settings));
      } catch (PipelineException e) {
        // The next file may be wrong, too: one look should show everything.
        console.problem(e.getMessage());
        exit = ExitCode.USAGE;
      }
    }
    return exit.number();
  }

  private void tell(Path file, Prepared prepared) {
    prepared.notes().forEach(console::note);
    if (manifest) {
      console.resultText(prepared.manifest().text());
      return;
    }
    console.result(
        file
            + ": valid, "
            + prepared.planned().plan().steps().size()
            + " steps, "
            + prepared.manifest().fingerprint());
    console.note("only a run can check: that files exist and may be read, their content, and SQL");
  }
}
