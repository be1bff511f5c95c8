package dev.osiris.worker.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file of the kernel's that is asked again and again, so it is opened once, for as long as the
 * process lives. For one thread at a time.
 */
final class KernelFile {

  private static final int MOST_BYTES = 16_384;

  // Not a channel, which an interrupt of the reading thread would close.
  private final RandomAccessFile file;
  private final byte[] buffer = new byte[MOST_BYTES];

  KernelFile(Path path) throws IOException {
    this.file = new RandomAccessFile(path.toFile(), "r");
  }

  /** What it says now. */
  String read() throws IOException {
    file.seek(0);
    int length = 0;
    for (int more = 0; more >= 0 && length < MOST_BYTES; length += more) {
      more = file.read(buffer, length, MOST_BYTES - length);
      if (more < 0) {
        break;
      }
    }
    return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
  }
}
