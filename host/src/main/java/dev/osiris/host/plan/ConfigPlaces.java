package dev.osiris.host.plan;

import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Sequence;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds where a configuration key stands, given as {@code queries.actors} or {@code columns[2]}.
 */
final class ConfigPlaces {

  private static final Pattern INDEX = Pattern.compile("\\[([0-9]{1,9})](.*)", Pattern.DOTALL);

  private ConfigPlaces() {}

  /** The deepest part of the key that is written; empty when none is. */
  static Optional<Position> find(Mapping config, String key) {
    for (Entry entry : config.entries()) {
      if (key.equals(entry.key())) {
        return Optional.of(entry.at());
      }
    }
    for (Entry entry : config.entries()) {
      if (key.startsWith(entry.key() + ".") || key.startsWith(entry.key() + "[")) {
        return below(entry.value(), key.substring(entry.key().length()))
            .or(() -> Optional.of(entry.at()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Position> below(YamlNode node, String rest) {
    Matcher index = INDEX.matcher(rest);
    if (node instanceof Mapping map && rest.startsWith(".")) {
      return find(map, rest.substring(1));
    }
    if (node instanceof Sequence list && index.matches()) {
      int i = Integer.parseInt(index.group(1));
      return i < list.items().size()
          ? below(list.items().get(i), index.group(2))
              .or(() -> Optional.of(list.items().get(i).at()))
          : Optional.empty();
    }
    return Optional.empty();
  }
}
