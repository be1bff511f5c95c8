package dev.osiris.host.yaml;

import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlReader.LimitException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;

/** Builds the tree of one document out of the parser's events. Used once. */
final class TreeBuilder {

  private static final int MAX_ALIASES = 100;
  private static final int MAX_DEPTH = 100;

  private final List<YamlProblem> problems;
  private final ScalarValues scalars;
  private final Map<String, YamlNode> anchors = new HashMap<>();
  private final Map<YamlNode, Long> weights = new IdentityHashMap<>();
  private final long maxWeight;
  private int aliases;

  /**
   * Begins a document.
   *
   * @param maxWeight most characters and nodes once all aliases are written out
   */
  TreeBuilder(List<YamlProblem> problems, long maxWeight) {
    this.problems = problems;
    this.maxWeight = maxWeight;
    this.scalars = new ScalarValues(problems);
  }

  /** The root, or {@code null} when there is none. */
  @Nullable YamlNode build(Iterator<Event> events) {
    YamlNode root = null;
    while (events.hasNext()) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.DocumentStart) {
        if (root != null) {
          throw new LimitException(at(event), "holds more than one YAML document");
        }
        root = node(events.next(), events, 0);
        if (weight(root) > maxWeight) {
          throw new LimitException(Position.START, "is too large once its aliases are written out");
        }
      }
    }
    return root instanceof YamlNode.Scalar scalar && scalar.value() == null ? null : root;
  }

  private YamlNode node(Event event, Iterator<Event> events, int depth) {
    if (depth > MAX_DEPTH) {
      throw new LimitException(at(event), "is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (event instanceof AliasEvent alias) {
      return aliased(alias);
    }
    if (event instanceof CollectionStartEvent start) {
      scalars.checkTag(start);
    }
    YamlNode node =
        switch (event) {
          case ScalarEvent scalar -> scalars.scalar(scalar, at(event));
          case SequenceStartEvent _ -> sequence(event, events, depth);
          case MappingStartEvent _ -> mapping(event, events, depth);
          default -> throw new IllegalStateException("unexpected event " + event.getEventId());
        };
    ((NodeEvent) event)
        .getAnchor()
        .map(Anchor::getValue)
        .ifPresent(name -> anchors.put(name, node));
    weights.put(node, ownWeight(node));
    return node;
  }

  private YamlNode sequence(Event start, Iterator<Event> events, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, events, depth + 1));
    }
    return new YamlNode.Sequence(at(start), items);
  }

  private YamlNode mapping(Event start, Iterator<Event> events, int depth) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      Position at = at(event);
      YamlNode key = node(event, events, depth + 1);
      YamlNode value = node(events.next(), events, depth + 1);
      key(key, at).ifPresent(name -> put(entries, new Entry(name, at, value)));
    }
    return new YamlNode.Mapping(at(start), List.copyOf(entries.values()));
  }

  private Optional<String> key(YamlNode key, Position at) {
    if (!(key instanceof YamlNode.Scalar scalar) || scalar.value() == null) {
      problems.add(new YamlProblem(at, "a key must be a text, and this one is " + key.kind()));
      return Optional.empty();
    }
    if (scalar.text().equals("<<")) {
      problems.add(
          new YamlProblem(at, "merge keys ('<<') are not part of YAML 1.2; write the keys out"));
      return Optional.empty();
    }
    return Optional.of(scalar.text());
  }

  private void put(Map<String, Entry> entries, Entry entry) {
    Entry earlier = entries.putIfAbsent(entry.key(), entry);
    if (earlier != null) {
      problems.add(
          new YamlProblem(
              entry.at(),
              "key '" + entry.key() + "' is given twice, first in line " + earlier.at().line()));
    }
  }

  private YamlNode aliased(AliasEvent alias) {
    String name = alias.getAlias().getValue();
    if (++aliases > MAX_ALIASES) {
      throw new LimitException(at(alias), "holds more than " + MAX_ALIASES + " aliases");
    }
    YamlNode node = anchors.get(name);
    if (node == null) {
      throw new LimitException(
          at(alias), "alias '*" + name + "' stands before or inside of what it names");
    }
    return node;
  }

  /** Without recursion: the weights of the parts are known. Saturates far above the limit. */
  private long ownWeight(YamlNode node) {
    return switch (node) {
      case YamlNode.Scalar scalar -> 1 + scalar.text().length();
      case YamlNode.Sequence list -> 1 + list.items().stream().mapToLong(this::weight).sum();
      case YamlNode.Mapping map ->
          1 + map.entries().stream().mapToLong(e -> e.key().length() + weight(e.value())).sum();
    };
  }

  private long weight(YamlNode node) {
    return Math.min(weights.getOrDefault(node, 1L), Long.MAX_VALUE >> 24);
  }

  private static Position at(Event event) {
    return event.getStartMark().map(YamlReader::position).orElse(Position.START);
  }
}
