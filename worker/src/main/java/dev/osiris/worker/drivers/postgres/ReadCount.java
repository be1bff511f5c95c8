package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.StepEvents;
import java.util.concurrent.atomic.AtomicLong;

/** What has come from the server so far, on all of a step's sessions. */
final class ReadCount {

  private final StepEvents events;
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  ReadCount(StepEvents events) {
    this.events = events;
  }

  void add(long moreRows, long moreBytes) {
    bytes.addAndGet(moreBytes);
    events.progress(rows.addAndGet(moreRows));
  }

  long rows() {
    return rows.get();
  }

  long bytes() {
    return bytes.get();
  }
}
