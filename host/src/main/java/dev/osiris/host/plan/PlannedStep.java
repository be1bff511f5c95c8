package dev.osiris.host.plan;

import dev.osiris.host.pipeline.Retry;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.step.StepState;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One step of a plan; an attempt of it is a {@link StepSpec}.
 *
 * @param config validated where the component is known to the host, with defaults filled in; keys
 *     in their natural order at every level, as in the manifest
 * @param needs every step that must have succeeded before this one starts, read from or not
 * @param inputs input name to what it reads; a subset of {@code needs}
 * @param retry what to do when an attempt fails and trying again may help
 * @param baseDir folder for relative paths, absolute on the host; {@code null} for the project
 *     folder
 * @param connection that the driver gets; {@code null} for none
 * @param keepsState whether it remembers from run to run how far it has come
 * @param state that it gets; {@code null} for none
 */
public record PlannedStep(
    StepId id,
    String component,
    Map<String, @Nullable Object> config,
    Set<StepId> needs,
    Map<String, InputRef> inputs,
    @Nullable String baseDir,
    StepSpec.Resources resources,
    @Nullable Duration timeout,
    Retry retry,
    @Nullable PlannedConnection connection,
    boolean keepsState,
    @Nullable StepState state) {

  public PlannedStep {
    config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    needs = Collections.unmodifiableSet(new LinkedHashSet<>(needs));
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /** A step that remembers nothing. */
  public PlannedStep(
      StepId id,
      String component,
      Map<String, @Nullable Object> config,
      Set<StepId> needs,
      Map<String, InputRef> inputs,
      @Nullable String baseDir,
      StepSpec.Resources resources,
      @Nullable Duration timeout,
      Retry retry,
      @Nullable PlannedConnection connection) {
    this(
        id,
        component,
        config,
        needs,
        inputs,
        baseDir,
        resources,
        timeout,
        retry,
        connection,
        false,
        null);
  }

  /** A step that is tried once, remembers nothing and has no connection. */
  public PlannedStep(
      StepId id,
      String component,
      Map<String, @Nullable Object> config,
      Set<StepId> needs,
      Map<String, InputRef> inputs,
      @Nullable String baseDir,
      StepSpec.Resources resources,
      @Nullable Duration timeout) {
    this(id, component, config, needs, inputs, baseDir, resources, timeout, Retry.NONE, null);
  }

  /** The same with what it left last. */
  @SuppressWarnings("NullAway") // A compact constructor of another module loses its annotations.
  public PlannedStep withState(@Nullable StepState last) {
    return new PlannedStep(
        id,
        component,
        config,
        needs,
        inputs,
        baseDir,
        resources,
        timeout,
        retry,
        connection,
        keepsState,
        last);
  }

  /**
   * The command's content for one attempt; it holds the secrets of the connection.
   *
   * @throws IllegalStateException when the connection was not resolved
   */
  @SuppressWarnings("NullAway") // A compact constructor of another module loses its annotations.
  public StepSpec attempt(String attempt) {
    ConnectionSpec resolved = null;
    if (connection != null) {
      resolved = connection.resolved();
      if (resolved == null) {
        throw new IllegalStateException(
            "connection " + connection.reference() + " of step '" + id + "' was not resolved");
      }
    }
    return new StepSpec(
        id, attempt, component, config, inputs, baseDir, resources, timeout, resolved, state);
  }
}
