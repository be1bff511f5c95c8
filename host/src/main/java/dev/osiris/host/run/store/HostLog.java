package dev.osiris.host.run.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@code logs/host.jsonl}: what happened on the host's side, a JSON object a line. Safe between
 * threads.
 */
public final class HostLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Writer out;
  private final InstantSource clock;
  private final ReentrantLock order = new ReentrantLock();

  HostLog(Path file, InstantSource clock) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    this.clock = clock;
    this.out =
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Adds a line at once. No secret and no value of a row may be among the details. */
  public void write(String event, Map<String, ?> details) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", clock.instant().toString());
    line.put("event", event);
    line.putAll(details);
    // The lock is what keeps lines whole: the file is this object's only purpose.
    order.lock();
    try {
      out.write(JSON.writeValueAsString(line) + "\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("logs/host.jsonl cannot be written", e);
    } finally {
      order.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
