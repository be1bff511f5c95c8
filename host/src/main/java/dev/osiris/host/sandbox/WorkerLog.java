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
 * <p>Safe between threads. A disk that takes no more never stops the draining, because a worker
 * whose output nobody reads would hang.
 */
public final class WorkerLog implements AutoCloseable {
  /** Enough for every banner and warning; a chatty native library cannot fill the disk. */
  public static final ByteSize CAP = ByteSize.ofMiB(8);

  private static final int CHUNK_BYTES = 8 << 10;
  private static final int TAIL_LINES = 20;
  private static final int TAIL_LINE_CHARS = 500;

  private final OutputStream file;
  private final ReentrantLock order = new ReentrantLock();
  private final Deque<String> tail = new ArrayDeque<>();

  private long left = CAP.bytes();
  private boolean broken;

  private WorkerLog(OutputStream file) {
    this.file = file;
  }

  /** Opens a file for appending, making its folder. */
  public static WorkerLog open(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return new WorkerLog(
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  /** Reads lines until the stream ends. Each is kept and given to the reader. */
  public void drain(InputStream in, Consumer<String> reader) throws IOException {
    LineSplitter lines =
        new LineSplitter(line -> {
          line(line);
          reader.accept(line);
        });
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      lines.accept(chunk, read);
    }
    lines.end();
  }

  /** Keeps one line. */
  public void line(String line) {
    String shown = line.replaceAll("\\p{Cntrl}", "?");
    shown = shown.length() > TAIL_LINE_CHARS ? shown.substring(0, TAIL_LINE_CHARS) + "…" : shown;
    order.lock();
    try {
      tail.addLast(shown);
      if (tail.size() > TAIL_LINES) {
        tail.removeFirst();
      }
      // The file is this object's only purpose, and its lines stay whole.
      keep((line + "\n").getBytes(StandardCharsets.UTF_8));
    } finally {
      order.unlock();
    }
  }

  /** The last lines, without control characters. */
  public String tail() {
    order.lock();
    try {
      return String.join("\n", tail);
    } finally {
      order.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
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
}
