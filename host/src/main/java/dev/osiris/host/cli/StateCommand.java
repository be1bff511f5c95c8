package dev.osiris.host.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.UsageException;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.cli.view.TextTable;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.store.KeptState;
import dev.osiris.host.run.store.PipelineState;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.run.store.StateStore;
import dev.osiris.step.StepId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at what steps remember from run to run, and makes them forget it. */
@Command(
    name = "state",
    description = "Shows how far steps have read, for the next run of their pipeline.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "(list | show | reset)")
final class StateCommand implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Console console;
  private final Preparation preparation;

  StateCommand(Console console, Preparation preparation) {
    this.console = console;
    this.preparation = preparation;
  }

  @Override
  public void run() {
    throw new UsageException(
        "say 'state list', 'state show <pipeline>' or 'state reset <pipeline>'");
  }

  @Command(
      name = "list",
      description = "Lists the steps that remember something, by pipeline.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Flags.Sessions flags) throws IOException {
    StateStore store = store(flags);
    TextTable table =
        new TextTable(
            List.of("PIPELINE", "STEP", "DRIVER", "COMMITTED", "SESSION"),
            List.of(false, false, false, false, false));
    List<PipelineState> states = store.list();
    for (PipelineState pipeline : states) {
      pipeline
          .steps()
          .forEach((id, kept) ->
              table.add(
                  List.of(
                      pipeline.pipeline(),
                      id.value(),
                      kept.component(),
                      kept.committed().toString(),
                      kept.session())));
    }
    if (states.stream().allMatch(pipeline -> pipeline.steps().isEmpty())) {
      console.note("no pipeline has a state in " + store.folder());
    } else {
      table.lines().forEach(console::result);
    }
    return ExitCode.SUCCEEDED.number();
  }

  @Command(
      name = "show",
      description = "Shows what the steps of a pipeline remember: values of the rows they read.",
      mixinStandardHelpOptions = true)
  int show(
      @Parameters(paramLabel = "PIPELINE", description = "Its name.") String pipeline,
      @Parameters(paramLabel = "STEP", arity = "0..1", description = "Only this step.")
          @Nullable String step,
      @Option(names = "--json", description = "Prints the state as its file has it.") boolean json,
      @Mixin Flags.Sessions flags)
      throws IOException {
    StateStore store = store(flags);
    PipelineState state = only(find(store, pipeline), step);
    if (json) {
      console.resultText(state.json().strip());
      return ExitCode.SUCCEEDED.number();
    }
    console.result("pipeline   " + state.pipeline());
    console.result("folder     " + store.folder());
    state.steps().forEach(this::show);
    return ExitCode.SUCCEEDED.number();
  }

  @Command(
      name = "reset",
      description = "Makes a pipeline, or one step of it, read everything when it runs next.",
      mixinStandardHelpOptions = true)
  int reset(
      @Parameters(paramLabel = "PIPELINE", description = "Its name.") String pipeline,
      @Parameters(paramLabel = "STEP", arity = "0..1", description = "Only this step.")
          @Nullable String step,
      @Mixin Flags.Sessions flags)
      throws IOException, SessionInUse {
    StateStore store = store(flags);
    if (!store.exists(pipeline)) {
      throw unknown(store, pipeline);
    }
    try (StateStore.Held held = store.hold(pipeline)) {
      if (step == null) {
        held.delete();
        console.note("pipeline '" + pipeline + "' reads everything when it runs next");
      } else {
        PipelineState before = find(store, pipeline);
        Map<StepId, KeptState> steps = new LinkedHashMap<>(before.steps());
        only(before, step).steps().keySet().forEach(steps::remove);
        held.write(new PipelineState(pipeline, steps));
        console.note("step '" + step + "' reads everything when its pipeline runs next");
      }
    }
    return ExitCode.SUCCEEDED.number();
  }

  private void show(StepId id, KeptState kept) {
    console.result("");
    console.result("step       " + id.value());
    console.result("driver     " + kept.component());
    console.result("committed  " + kept.committed());
    console.result("session    " + kept.session());
    kept.state()
        .values()
        .forEach((key, value) ->
            console.result(String.format(Locale.ROOT, "%-10s %s", key, text(value))));
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : JSON.valueToTree(value).toString();
  }

  private StateStore store(Flags.Sessions flags) {
    Flags.Settings settings = new Flags.Settings();
    flags.addTo(settings);
    return new StateStore(preparation.config(settings, null).paths().sessionRoot());
  }

  private static PipelineState find(StateStore store, String pipeline) throws IOException {
    return store.find(pipeline).orElseThrow(() -> unknown(store, pipeline));
  }

  private static UsageException unknown(StateStore store, String pipeline) {
    return new UsageException(
        "pipeline '"
            + pipeline
            + "' has no state in "
            + store.folder()
            + "; see 'osiris state list'");
  }

  /** The state of one step, or of all. */
  private static PipelineState only(PipelineState state, @Nullable String step) {
    if (step == null) {
      return state;
    }
    Map<StepId, KeptState> steps = new LinkedHashMap<>(state.steps());
    steps.keySet().removeIf(id -> !id.value().equals(step));
    if (steps.isEmpty()) {
      throw new UsageException(
          "step '" + step + "' of pipeline '" + state.pipeline() + "' has no state");
    }
    return new PipelineState(state.pipeline(), steps);
  }
}
