package dev.osiris.host.run.store;

import dev.osiris.step.StepState;
import java.time.Instant;

/**
 * What one step left when its pipeline succeeded last.
 *
 * @param component that the step had then
 * @param session that succeeded
 */
public record KeptState(String component, String session, Instant committed, StepState state) {}
