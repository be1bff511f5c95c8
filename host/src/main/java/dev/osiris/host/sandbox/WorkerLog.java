package dev.osiris.host.sandbox;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What a worker prints: a bounded file, and the last lines in memory.
 *
 * <p>One thread writes; any thread may ask for the {@link #tail}. A disk that takes no more never
 * stops the draining, because a worker whose output nobody reads would hang.
 */
public final class WorkerLog implements AutoCloseable {
  /** Enough for every banner and warning; a chatty native library cannot fill the disk. */
  public static final ByteSize CAP = ByteSize.ofMiB(8);

  private static final int LINE_BYTES = 8 << 10;
  private static final int TAIL_LINES = 20;
  private static final int TAIL_LINE_CHARS = 500;

  private final OutputStream file;
  private final ReentrantLock tailLock = new ReentrantLock();
  private final Deque<String> tail = new ArrayDeque<>();

  private long left = CAP.bytes();
  private boolean broken;

  private WorkerLog(OutputStream file) {
    this.file = file;
  }

  /** Opens {@code logs/worker.log} of a session directory for appending, making the folder. */
  public static WorkerLog in(Path sessionDir) throws IOException {
    Path logs = Files.createDirectories(sessionDir.resolve("logs"));
    return new WorkerLog(
        Files.newOutputStream(
            logs.resolve("worker.log"), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  /**
   * Reads lines until the stream ends; longer ones are cut. Each is kept and given to the reader.
   */
  public void drain(InputStream in, Consumer<String> reader) throws IOException {
    byte[] chunk = new byte[LINE_BYTES];
    byte[] line = new byte[LINE_BYTES];
    int length = 0;
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      for (int i = 0; i < read; i++) {
        if (chunk[i] == '\n') {
          accept(text(line, length), reader);
          length = 0;
        } else if (length < line.length) {
          line[length++] = chunk[i];
        }
      }
    }
    if (length > 0) {
      accept(text(line, length), reader);
    }
  }

  /** Keeps one line. */
  public void line(String line) {
    String shown = line.replaceAll("\\p{Cntrl}", "?");
    shown = shown.length() > TAIL_LINE_CHARS ? shown.substring(0, TAIL_LINE_CHARS) + "…" : shown;
    tailLock.lock();
    try {
      tail.addLast(shown);
      if (tail.size() > TAIL_LINES) {
        tail.removeFirst();
      }
    } finally {
      tailLock.unlock();
    }
    keep((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The last lines, without control characters. */
  public String tail() {
    tailLock.lock();
    try {
      return String.join("\n", tail);
    } finally {
      tailLock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void accept(String line, Consumer<String> reader) {
    line(line);
    reader.accept(line);
  }

  private void keep(byte[] bytes) {
    if (broken || left <= 0) {
      return;
    }
    left -= bytes.length;
    try {
      file.write(bytes);
      if (left <= 0) {
        file.write("… the rest was not kept\n".getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      broken = true;
    }
  }

  private static String text(byte[] line, int length) {
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    return new String(line, 0, end, StandardCharsets.UTF_8);
  }
}
