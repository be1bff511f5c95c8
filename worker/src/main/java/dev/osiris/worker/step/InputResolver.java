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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Turns the input names of a step into what earlier steps have published. */
public final class InputResolver {

  private InputResolver() {}

  /**
   * Resolves all inputs, in order.
   *
   * @throws StepException {@code INPUT_MISSING} when nothing was published under that name
   */
  public static List<StepInput> resolve(
      Map<String, InputRef> inputs, Function<StepId, Optional<StepOutputs>> published, Path sessionDirectory) {
    List<StepInput> resolved = new ArrayList<>();
    inputs.forEach(
        (name, ref) -> {
          StepOutputs outputs =
              published.apply(ref.step()).orElseThrow(() -> missing(name, ref, "has published nothing"));
          resolved.addAll(resolve(name, ref, outputs, sessionDirectory));
        });
    return resolved;
  }

  private static List<StepInput> resolve(String name, InputRef ref, StepOutputs outputs, Path sessionDirectory) {
    String output = ref.output();
    if (output != null && outputs.file(output).isPresent()) {
      return List.of(file(name, outputs.file(output).get(), sessionDirectory));
    }
    List<OutputTable> tables =
        output == null ? outputs.tables() : outputs.table(output).map(List::of).orElse(List.of());
    if (tables.isEmpty() && output == null && outputs.files().size() == 1) {
      return List.of(file(name, outputs.files().getFirst(), sessionDirectory));
    }
    if (tables.isEmpty()) {
      throw missing(
          name, ref, output == null ? "has published no table" : "has published no table or file '" + output + "'");
    }
    Path path = sessionDirectory.resolve(Objects.requireNonNull(outputs.duckdbPath()));
    if (!Files.exists(path)) {
      throw missing(name, ref, "has published a file that is gone");
    }
    boolean alone = output != null || tables.size() == 1;
    return tables.stream()
        .<StepInput>map(
            table ->
                new StepInput.Table(
                    name,
                    path,
                    table.name(),
                    alone ? quote(name) : quote(name) + "." + quote(table.name()),
                    table.rows(),
                    table.columns()))
        .toList();
  }

  private static StepInput file(String name, OutputFile file, Path sessionDirectory) {
    return new StepInput.File(name, sessionDirectory.resolve(file.path()), file.bytes());
  }

  /** An identifier as SQL writes it when it must be taken literally. */
  static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  private static StepException missing(String name, InputRef ref, String why) {
    return new StepException(
        Failure.of(
                FailureCode.INPUT_MISSING, "input '" + name + "' cannot be had: step '" + ref.step() + "' " + why)
            .advise("run that step first, or name another step under inputs"));
  }
}
