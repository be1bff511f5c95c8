package dev.osiris.wire;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal from its beginning. A last line without its line feed was cut off by a crash: it
 * is no event, it is reported by {@link #truncated}, and all before it is read. Not safe between
 * threads; closes its stream.
 */
public final class JournalReader implements Closeable {

  /** Above the JSON form of the largest message. */
  private static final int MAX_LINE = 8 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[64 << 10];
  private int position;
  private int end;

  private final EventJson.@Nullable Header header;
  private long lineNumber;
  private long wholeBytes;
  private boolean truncated;

  /**
   * Reads the header.
   *
   * @throws WireException when the first line is whole and no header
   */
  public JournalReader(InputStream in) throws IOException {
    this.in = in;
    String first = line();
    this.header = first == null ? null : EventJson.readHeader(first);
  }

  /** Empty when the journal ends before its first line does. */
  public Optional<EventJson.Header> header() {
    return Optional.ofNullable(header);
  }

  /**
   * The next event; empty at the end.
   *
   * @throws WireException when a whole line is no event, naming the line
   */
  public Optional<ReceivedEvent> next() throws IOException {
    String line = line();
    if (line == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(EventJson.parse(line));
    } catch (WireException refused) {
      throw WireException.illegal("line " + lineNumber, "is damaged: " + refused.getMessage());
    }
  }

  /** Whether a last line was cut off; known once {@link #next} has been empty. */
  public boolean truncated() {
    return truncated;
  }

  /** Bytes of the whole lines that were read: where a journal that goes on is cut first. */
  public long wholeBytes() {
    return wholeBytes;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (fill()) {
      int feed = position;
      while (feed < end && buffer[feed] != '\n') {
        feed++;
      }
      line.write(buffer, position, feed - position);
      boolean whole = feed < end;
      position = whole ? feed + 1 : end;
      if (line.size() > MAX_LINE) {
        throw WireException.tooLarge("line " + (lineNumber + 1), line.size(), MAX_LINE);
      }
      if (whole) {
        lineNumber++;
        wholeBytes += line.size() + 1;
        return line.toString(StandardCharsets.UTF_8);
      }
    }
    truncated |= line.size() > 0;
    return null;
  }

  private boolean fill() throws IOException {
    if (position == end) {
      position = 0;
      end = Math.max(0, in.read(buffer));
    }
    return position < end;
  }
}
