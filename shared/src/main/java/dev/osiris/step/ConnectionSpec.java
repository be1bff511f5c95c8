package dev.osiris.step;

import dev.osiris.unit.Secret;
import java.util.Map;

/**
 * A connection with its values filled in. It lives in memory for the time of one step and is in no
 * file, log or event.
 *
 * @param family such as {@code mysql}
 * @param alias the name under which the user keeps it
 * @param fields what anybody may see: host, port, database
 * @param secrets what nobody may see, by field name
 */
public record ConnectionSpec(
    String family, String alias, Map<String, String> fields, Map<String, Secret> secrets) {

  public ConnectionSpec {
    fields = Map.copyOf(fields);
    secrets = Map.copyOf(secrets);
  }
}
