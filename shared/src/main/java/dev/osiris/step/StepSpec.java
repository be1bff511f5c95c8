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
 * @param connection that the step uses, resolved by the host; {@code null} for none
 * @param state that the step left when its pipeline succeeded last; {@code null} for none
 */
public record StepSpec(
    StepId id,
    String attempt,
    String component,
    Map<String, @Nullable Object> config,
    Map<String, InputRef> inputs,
    @Nullable String baseDir,
    Resources resources,
    @Nullable Duration timeout,
    @Nullable ConnectionSpec connection,
    @Nullable StepState state) {

  /**
   * Copies the maps, keeping their order. Spelled out, since the nullness of type arguments does
   * not reach the class file from a compact constructor.
   */
  public StepSpec(
      StepId id,
      String attempt,
      String component,
      Map<String, @Nullable Object> config,
      Map<String, InputRef> inputs,
      @Nullable String baseDir,
      Resources resources,
      @Nullable Duration timeout,
      @Nullable ConnectionSpec connection,
      @Nullable StepState state) {
    this.id = id;
    this.attempt = attempt;
    this.component = component;
    this.config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.baseDir = baseDir;
    this.resources = resources;
    this.timeout = timeout;
    this.connection = connection;
    this.state = state;
  }

  /** A step that remembers nothing. */
  public StepSpec(
      StepId id,
      String attempt,
      String component,
      Map<String, @Nullable Object> config,
      Map<String, InputRef> inputs,
      @Nullable String baseDir,
      Resources resources,
      @Nullable Duration timeout,
      @Nullable ConnectionSpec connection) {
    this(id, attempt, component, config, inputs, baseDir, resources, timeout, connection, null);
  }

  /** A step that remembers nothing and has no connection. */
  public StepSpec(
      StepId id,
      String attempt,
      String component,
      Map<String, @Nullable Object> config,
      Map<String, InputRef> inputs,
      @Nullable String baseDir,
      Resources resources,
      @Nullable Duration timeout) {
    this(id, attempt, component, config, inputs, baseDir, resources, timeout, null);
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
