package dev.osiris.step;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a step left for later steps: paths and counts, never rows. "No table" ({@link #duckdbPath}
 * is {@code null}) differs from "a table with zero rows".
 *
 * @param duckdbPath relative to the session directory; {@code null} when the step made no table
 * @param state for the step's next run; {@code null} when it has nothing to remember
 */
public record StepOutputs(
    @Nullable String duckdbPath,
    List<OutputTable> tables,
    List<OutputFile> files,
    @Nullable StepState state) {

  public static final StepOutputs NONE = new StepOutputs(null, List.of(), List.of());

  public StepOutputs {
    tables = List.copyOf(tables);
    files = List.copyOf(files);
  }

  /** Of a step that has nothing to remember. */
  public StepOutputs(
      @Nullable String duckdbPath, List<OutputTable> tables, List<OutputFile> files) {
    this(duckdbPath, tables, files, null);
  }

  public Optional<OutputTable> table(String name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst();
  }

  public Optional<OutputFile> file(String name) {
    return files.stream().filter(file -> file.name().equals(name)).findFirst();
  }

  public long rows() {
    return tables.stream().mapToLong(OutputTable::rows).sum();
  }
}
