package dev.osiris.worker.session;

import dev.osiris.session.Event;
import dev.osiris.wire.MetricJson;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code logs/metrics.jsonl}: every metric of the session, one JSON object a line. Thread-safe. */
final class MetricsLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsLog.class);
  private static final long MAX_BYTES = 64L << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final BufferedWriter out;
  private final Clock clock;
  // Guarded by lock.
  private long written;
  private boolean broken;

  MetricsLog(Path path, Clock clock) throws IOException {
    this.out = Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    this.clock = clock;
  }

  void write(Event.MetricReported metric) {
    String text = MetricJson.line(clock.instant(), metric) + "\n";
    lock.lock();
    try {
      if (!broken && written < MAX_BYTES) {
        written += text.length();
        out.write(text);
        out.flush();
      }
    } catch (IOException e) {
      // A full disk must not fail a step over its metrics; the journal has them too.
      broken = true;
      LOG.warn("metrics are no longer written: {}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      out.close();
    } finally {
      lock.unlock();
    }
  }
}
