package dev.osiris.worker.database.cursor;

import dev.osiris.driver.StepEvents;
import java.util.Map;

/**
 * What a session tells whose rows come after those of others.
 *
 * @param before rows that were committed when it began
 */
record ContinuedEvents(StepEvents events, long before) implements StepEvents {

  @Override
  public void progress(long rows) {
    events.progress(before + rows);
  }

  @Override
  public void metric(String name, double value, String unit) {
    events.metric(name, value, unit);
  }

  @Override
  public void log(Level level, String message) {
    events.log(level, message);
  }

  @Override
  public void event(String name, Map<String, String> attributes) {
    events.event(name, attributes);
  }
}
