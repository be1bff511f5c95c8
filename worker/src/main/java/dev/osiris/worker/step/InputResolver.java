package dev.osiris.worker.step;

import dev.osiris.driver.StepInput;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.InputRef;
import dev.osiris.step.OutputFile;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.worker.duckdb.InputRelations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Turns the input names of a step into what earlier steps have published. */
public final class InputResolver {

  private final Map<String, StepInput.File> files = new LinkedHashMap<>();
  private final List<InputRelations.Source> sources = new ArrayList<>();
  private final Path sessionDirectory;

  private InputResolver(Path sessionDirectory) {
    this.sessionDirectory = sessionDirectory;
  }

  /**
   * The inputs of a step.
   *
   * @param all in the order of the pipeline; a step with several tables under one name has several
   *     entries
   * @param relations the tables among them, under their names for SQL
   */
  public record Inputs(List<StepInput> all, InputRelations relations) {
    public Inputs {
      all = List.copyOf(all);
    }
  }

  /**
   * Resolves all inputs.
   *
   * @throws StepException {@code INPUT_MISSING} when nothing was published under that name; what
   *     {@link InputRelations#of} throws
   */
  public static Inputs resolve(
      Map<String, InputRef> inputs,
      Function<StepId, Optional<StepOutputs>> published,
      Path sessionDirectory) {
    InputResolver resolver = new InputResolver(sessionDirectory);
    inputs.forEach((name, ref) ->
        resolver.resolve(
            name,
            ref,
            published
                .apply(ref.step())
                .orElseThrow(() -> missing(name, ref, "has published nothing"))));
    InputRelations relations = InputRelations.of(resolver.sources);
    List<StepInput> all = new ArrayList<>();
    for (String name : inputs.keySet()) {
      Optional.ofNullable(resolver.files.get(name)).ifPresent(all::add);
      relations.tables().stream().filter(table -> table.name().equals(name)).forEach(all::add);
    }
    return new Inputs(all, relations);
  }

  private void resolve(String name, InputRef ref, StepOutputs outputs) {
    String output = ref.output();
    Optional<OutputFile> file =
        output != null
            ? outputs.file(output)
            : outputs.tables().isEmpty() && outputs.files().size() == 1
                ? Optional.of(outputs.files().getFirst())
                : Optional.empty();
    if (file.isPresent()) {
      Path path = sessionDirectory.resolve(file.get().path());
      files.put(name, new StepInput.File(name, path, file.get().bytes()));
      return;
    }
    List<OutputTable> tables =
        output == null ? outputs.tables() : outputs.table(output).map(List::of).orElse(List.of());
    if (tables.isEmpty()) {
      throw missing(
          name,
          ref,
          output == null
              ? "has published no table"
              : "has published no table or file '" + output + "'");
    }
    Path path = sessionDirectory.resolve(Objects.requireNonNull(outputs.duckdbPath()));
    if (!Files.exists(path)) {
      throw missing(name, ref, "has published a file that is gone");
    }
    sources.add(new InputRelations.Source(name, path, tables));
  }

  private static StepException missing(String name, InputRef ref, String why) {
    return new StepException(
        Failure.of(
                FailureCode.INPUT_MISSING,
                "input '" + name + "' cannot be had: step '" + ref.step() + "' " + why)
            .advise("run that step first, or name another step under inputs"));
  }
}
