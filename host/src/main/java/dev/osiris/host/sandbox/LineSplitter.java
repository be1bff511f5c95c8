package dev.osiris.host.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Makes lines of bytes as they come. Longer ones are cut, so that nobody's output grows the heap.
 */
public final class LineSplitter {
  private static final int LINE_BYTES = 8 << 10;

  private final Consumer<String> lines;
  private final byte[] line = new byte[LINE_BYTES];
  private int length;

  /**
   * @param lines takes each line without its end
   */
  public LineSplitter(Consumer<String> lines) {
    this.lines = lines;
  }

  public void accept(byte[] chunk) {
    accept(chunk, chunk.length);
  }

  /** Takes the first bytes of a chunk. */
  public void accept(byte[] chunk, int count) {
    for (int i = 0; i < count; i++) {
      if (chunk[i] == '\n') {
        emit();
      } else if (length < line.length) {
        line[length++] = chunk[i];
      }
    }
  }

  /** What is left is a line too. */
  public void end() {
    if (length > 0) {
      emit();
    }
  }

  private void emit() {
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    length = 0;
    lines.accept(new String(line, 0, end, StandardCharsets.UTF_8));
  }
}
