package dev.osiris.host.plan;

import dev.osiris.host.config.HostConfig;
import dev.osiris.host.connection.ConnectionsFile;
import java.util.Map;

/**
 * What a pipeline is planned with, beside its own text.
 *
 * @param config project, parameters, profile and allowed folders are used
 * @param environment for {@code OSIRIS_PARAM_<NAME>}
 */
public record PlanSettings(
    HostConfig config, ConnectionsFile connections, Map<String, String> environment) {

  public PlanSettings {
    environment = Map.copyOf(environment);
  }
}
