package dev.osiris.host.plan;

import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.FieldType;
import dev.osiris.host.pipeline.PipelineStep;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A step whose configuration is settled.
 *
 * @param spec {@code null} when the host does not know the component
 * @param baseDir of the step's connection; {@code null} for none
 * @param connection that the driver gets; {@code null} for none
 */
record CheckedStep(
    PipelineStep step,
    @Nullable ComponentSpec spec,
    Map<String, @Nullable Object> config,
    @Nullable Path baseDir,
    @Nullable PlannedConnection connection) {

  /** What the component is, or what the step says it is; {@code null} when nobody says. */
  @Nullable ComponentKind kind() {
    return spec == null ? step.mode() : spec.kind();
  }

  /** Whether later steps can read from it: a writer's need only orders. */
  boolean hasOutputs() {
    return kind() != ComponentKind.WRITER;
  }

  /** Whether the step remembers from run to run how far it has come. */
  boolean keepsState() {
    return spec != null && spec.keepsState(config);
  }

  /**
   * The tables that the step will make, where its configuration names them: the keys of a map of
   * queries. Empty when that is not known before the step runs.
   */
  Set<String> tables() {
    Set<String> tables = new TreeSet<>();
    if (spec != null) {
      spec.fields().stream()
          .filter(field -> field.elements() == FieldType.SQL)
          .map(field -> Optional.ofNullable(config.get(field.name())))
          .flatMap(Optional::stream)
          .filter(Map.class::isInstance)
          .forEach(map -> ((Map<?, ?>) map).keySet().forEach(key -> tables.add("" + key)));
    }
    return tables;
  }
}
