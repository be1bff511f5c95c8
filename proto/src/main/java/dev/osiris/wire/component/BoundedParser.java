package dev.osiris.wire.component;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Depth and aliases are counted on the events as they are read, since composing nodes of them
 * recurses.
 */
final class BoundedParser implements Parser {

  /** A limit was passed. */
  interface Limit {
    RuntimeException passed(Event at, String problem);
  }

  private final Parser parser;
  private final int maxDepth;
  private final int maxAliases;
  private final Limit limit;
  private int depth;
  private int aliases;

  /**
   * @param limit makes what is thrown for an event beyond a limit
   */
  BoundedParser(LoadSettings settings, String text, int maxDepth, int maxAliases, Limit limit) {
    this.parser = new ParserImpl(settings, new StreamReader(settings, text));
    this.maxDepth = maxDepth;
    this.maxAliases = maxAliases;
    this.limit = limit;
  }

  @Override
  public boolean checkEvent(Event.ID id) {
    return parser.checkEvent(id);
  }

  @Override
  public Event peekEvent() {
    return parser.peekEvent();
  }

  @Override
  public boolean hasNext() {
    return parser.hasNext();
  }

  @Override
  public Event next() {
    Event event = parser.next();
    switch (event.getEventId()) {
      case MappingStart, SequenceStart -> depth++;
      case MappingEnd, SequenceEnd -> depth--;
      case Alias -> aliases++;
      default -> {} // Scalars, and where documents begin and end.
    }
    if (depth > maxDepth) {
      throw limit.passed(event, "is nested too deeply");
    }
    if (aliases > maxAliases) {
      throw limit.passed(event, "has more than " + maxAliases + " aliases");
    }
    return event;
  }
}
