package dev.osiris.host.plan;

import dev.osiris.host.connection.ConnectionRef;
import dev.osiris.step.ConnectionSpec;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a planned step.
 *
 * @param overrides fields that the step sets instead of the connection
 * @param resolved with its secrets; {@code null} when the plan was read from a manifest, which has
 *     none
 */
public record PlannedConnection(
    ConnectionRef reference, Map<String, Object> overrides, @Nullable ConnectionSpec resolved) {

  public PlannedConnection {
    overrides = Collections.unmodifiableMap(new TreeMap<>(overrides));
  }
}
