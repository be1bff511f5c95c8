package dev.osiris.host.sandbox.docker;

import dev.osiris.host.sandbox.ByteStream;
import dev.osiris.host.sandbox.LineSplitter;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Standard input and output of a program in a container. Its output comes in frames, of which those
 * of standard error are lines for people.
 */
final class ExecStream implements ByteStream {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int HEAD_BYTES = 8 << 10;

  private final EngineSocket socket;
  private final InputStream out;

  private ExecStream(EngineSocket socket, InputStream out) {
    this.socket = socket;
    this.out = out;
  }

  /**
   * Starts a program that was created.
   *
   * @param errors takes lines of its standard error
   * @throws IOException when the engine refuses; the socket is closed then
   */
  static ExecStream start(EngineSocket socket, String exec, Consumer<String> errors)
      throws IOException {
    boolean started = false;
    try {
      byte[] body = "{\"Detach\":false,\"Tty\":false}".getBytes(StandardCharsets.US_ASCII);
      String head =
          "POST /exec/"
              + exec
              + "/start HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
              + "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: "
              + body.length
              + "\r\n\r\n";
      socket.out().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.out().write(body);
      socket.out().flush();
      BufferedInputStream in = new BufferedInputStream(socket.in(), BUFFER_BYTES);
      String status = readHead(in);
      if (!status.contains(" 101 ") && !status.contains(" 200 ")) {
        throw new IOException("Docker did not start a program in the container: " + status);
      }
      ExecStream stream = new ExecStream(socket, new Output(new DataInputStream(in), errors));
      started = true;
      return stream;
    } finally {
      if (!started) {
        socket.close();
      }
    }
  }

  @Override
  public InputStream in() {
    return out;
  }

  @Override
  public OutputStream out() {
    return socket.out();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      System.getLogger(ExecStream.class.getName())
          .log(System.Logger.Level.DEBUG, "closing: {0}", e.toString());
    }
  }

  /** Reads to the empty line, and returns the first. */
  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      if (octet < 0 || head.length() > HEAD_BYTES) {
        throw new EOFException("Docker's answer has no end");
      }
      head.append((char) octet);
    }
    return head.substring(0, head.indexOf("\r\n"));
  }

  /**
   * The standard output out of frames: a byte that says which stream, three that say nothing, four
   * of length.
   */
  static final class Output extends InputStream {
    private static final int STDERR = 2;

    private final DataInputStream frames;
    private final LineSplitter errors;
    private int left;

    Output(DataInputStream frames, Consumer<String> errors) {
      this.frames = frames;
      this.errors = new LineSplitter(errors);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (left == 0) {
        int stream = frames.read();
        if (stream < 0) {
          errors.end();
          return -1;
        }
        frames.skipNBytes(3);
        int size = frames.readInt();
        if (stream == STDERR) {
          errors.accept(frames.readNBytes(size));
        } else {
          left = size;
        }
      }
      int count = frames.read(target, offset, Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the stream ended within a frame");
      }
      left -= count;
      return count;
    }
  }
}
