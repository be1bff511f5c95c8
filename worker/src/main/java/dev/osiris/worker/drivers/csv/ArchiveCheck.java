package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Finds packed files that are cut off or damaged. The engine takes the end of a truncated gzip or
 * zstd file for the end of its data and loads a part of the rows without a word.
 */
final class ArchiveCheck {

  private static final int ZSTD_MAGIC = 0xFD2FB528;
  private static final int SKIPPABLE_MAGIC = 0x184D2A50;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
  private static final int[] SIZE_BYTES = {0, 2, 4, 8};

  private ArchiveCheck() {}

  /**
   * Reads the file through; bounded memory, stops when the thread is interrupted.
   *
   * @throws StepException {@code FILE_MALFORMED}
   */
  static void verify(Path file, Compression compression) throws IOException {
    try {
      switch (compression) {
        case NONE -> {}
        case GZIP -> verifyGzip(file);
        case ZSTD -> verifyZstd(file);
      }
    } catch (EOFException truncated) {
      throw damaged(file, compression, "ends before its data does", truncated);
    } catch (ZipException broken) {
      throw damaged(file, compression, "is damaged or not packed that way", broken);
    }
  }

  private static void verifyGzip(Path file) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    try (InputStream packed = new GZIPInputStream(Files.newInputStream(file), buffer.length)) {
      int read = packed.read(buffer);
      while (read >= 0 && !Thread.currentThread().isInterrupted()) {
        read = packed.read(buffer);
      }
    }
  }

  /** Walks from block to block by their sizes; contents are the engine's business. */
  private static void verifyZstd(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long at = 0;
      while (at < channel.size()) {
        int magic = (int) number(channel, at, 4);
        if ((magic & 0xFFFFFFF0) == SKIPPABLE_MAGIC) {
          at += 8 + number(channel, at + 4, 4);
        } else if (magic == ZSTD_MAGIC) {
          at = endOfFrame(channel, at + 4);
        } else {
          throw new ZipException("no zstd frame");
        }
        if (at > channel.size()) {
          throw new EOFException();
        }
      }
    }
  }

  private static long endOfFrame(FileChannel channel, long descriptorAt) throws IOException {
    int descriptor = (int) number(channel, descriptorAt, 1);
    boolean singleSegment = (descriptor & 0x20) != 0;
    int sizeBytes = SIZE_BYTES[descriptor >> 6];
    long at = descriptorAt + 1;
    at += singleSegment ? Math.max(1, sizeBytes) : 1 + sizeBytes;
    at += DICTIONARY_BYTES[descriptor & 3];
    boolean last = false;
    while (!last) {
      int header = (int) number(channel, at, 3);
      last = (header & 1) != 0;
      boolean repeatedByte = (header >> 1 & 3) == 1;
      at += 3 + (repeatedByte ? 1 : header >> 3);
    }
    return (descriptor & 4) == 0 ? at : at + 4;
  }

  private static long number(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).limit(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
    return buffer.clear().getLong();
  }

  private static StepException damaged(
      Path file, Compression compression, String what, IOException cause) {
    return new StepException(
        Failure.of(
                FailureCode.FILE_MALFORMED,
                "the " + compression.word() + " file " + file + " " + what)
            .inFile(file.toString()),
        cause);
  }
}
