package dev.osiris.step;

import dev.osiris.unit.ByteSize;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt of a step is asked to do.
 *
 * @param attempt names this attempt; the same step with the same attempt and content runs once
 * @param component the driver's name
 * @param config validated values as JSON has them: {@code Map<String, Object>}, {@code List},
 *     {@code String}, {@code Long}, {@code Double}, {@code Boolean} or {@code null}
 * @param inputs input name to what it reads, in the order of the pipeline
 * @param baseDir absolute folder inside the sandbox against which relative paths of the config
 *     resolve; {@code null} for the session's project folder
 * @param resources what the step asks for out of the worker's DuckDB share
 * @param timeout after which the step is stopped and fails as {@code TIMED_OUT}; {@code null} for
 *     none
 */
public record StepSpec(
    StepId id,
    String attempt,
    String component,
    Map<String, @Nullable Object> config,
    Map<String, InputRef> inputs,
    @Nullable String baseDir,
    Resources resources,
    @Nullable Duration timeout) {

  /** Copies the maps, keeping their order. */
  public StepSpec {
    config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /**
   * A step's share of the worker.
   *
   * @param memory DuckDB memory; {@code null} for the default share
   * @param threads DuckDB threads; {@code null} for the default
   */
  public record Resources(@Nullable ByteSize memory, @Nullable Integer threads) {
    public static final Resources DEFAULT = new Resources(null, null);
  }
}
