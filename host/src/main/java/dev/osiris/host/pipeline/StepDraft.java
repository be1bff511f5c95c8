package dev.osiris.host.pipeline;

import dev.osiris.component.ComponentKind;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.step.StepSpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step whose own keys were read and whose references to other steps were not.
 *
 * @param label how messages call it: its id as written, or {@code #3} when it has none
 * @param id as written; {@code null} when it has none
 * @param needs {@code null} when the key is missing
 * @param inputs {@code null} when the key is missing
 */
record StepDraft(
    String label,
    @Nullable Scalar id,
    PipelineStep.Places places,
    String component,
    boolean discovers,
    @Nullable ComponentKind mode,
    @Nullable List<Scalar> needs,
    @Nullable Mapping inputs,
    Mapping config,
    StepSpec.Resources resources,
    Retry retry,
    @Nullable Duration timeout) {

  static String label(Mapping step, int number) {
    YamlNode id = step.entry("id").map(YamlNode.Entry::value).orElse(null);
    return id instanceof Scalar scalar && scalar.value() != null
        ? scalar.text().replaceAll("\\p{Cntrl}", "?")
        : "#" + number;
  }
}
