package dev.osiris.host.pipeline;

import dev.osiris.component.ComponentKind;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One step as it was written, with its references resolved to step ids.
 *
 * @param places where the step's parts stand, for messages
 * @param component the one that runs: of {@code x.extractor} with {@code mode: discover} it is
 *     {@code x.discover}
 * @param discovers whether the component was replaced so
 * @param mode {@code null} when the step does not say
 * @param needs every step that must come before: written, implied by an input, or the step before
 * @param inputs what {@code inputs} names, in its order; {@code null} when the step has no such
 *     key, so that its needs are its inputs
 * @param config as written, parameters not yet filled in
 */
public record PipelineStep(
    StepId id,
    Places places,
    String component,
    boolean discovers,
    @Nullable ComponentKind mode,
    Set<StepId> needs,
    @Nullable Map<String, InputRef> inputs,
    YamlNode.Mapping config,
    StepSpec.Resources resources,
    Retry retry,
    @Nullable Duration timeout) {

  public PipelineStep {
    needs = Collections.unmodifiableSet(new LinkedHashSet<>(needs));
    inputs = inputs == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /** Positions of a step's parts; a part that is not written has the position of the step. */
  public record Places(
      Position step,
      Position component,
      Position mode,
      Position needs,
      Position inputs,
      Position config) {}
}
