package dev.osiris.worker.step;

import dev.osiris.session.Event;

/** Where the events of a step go. */
@FunctionalInterface
public interface EventSink {

  void keep(Event event);
}
