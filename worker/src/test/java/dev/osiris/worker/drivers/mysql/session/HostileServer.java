package dev.osiris.worker.drivers.mysql.session;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Speaks as much of MySQL's protocol as a client needs to log in, agrees to every statement, and in
 * answer to some asks for a file of the client. Keeps what it is sent.
 *
 * <p>Packets: 3 bytes of length, 1 of sequence, the payload (MySQL Internals, "MySQL Packets",
 * "Protocol::HandshakeV10", "LOCAL INFILE Request").
 */
final class HostileServer implements AutoCloseable {

  /** The client speaks 4.1's protocol, names its login and may send files. */
  private static final int CAPABILITIES = 0x0008_0000 | 0x8000 | 0x2000 | 0x0200 | 0x0080 | 0x0001;

  private static final int AUTOCOMMIT = 2;
  private static final byte[] FINE = {0, 0, 0, AUTOCOMMIT, 0, 0, 0};
  private static final int QUERY = 3;
  private static final int QUIT = 1;

  private final ServerSocket listening;
  private final Predicate<String> asking;
  private final String file;
  private final List<String> statements = new ArrayList<>();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final Thread thread;
  private int asked;

  private HostileServer(Predicate<String> asking, String file) throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.asking = asking;
    this.file = file;
    this.thread = Thread.ofPlatform().daemon().name("hostile-server").start(this::serve);
  }

  /**
   * Starts it.
   *
   * @param asking the statements in whose answer it asks for the file; {@code login} is the login
   */
  static HostileServer asking(Predicate<String> asking, String file) throws IOException {
    return new HostileServer(asking, file);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How often it has asked. Only once the server is closed. */
  int asked() {
    return asked;
  }

  /** All that clients have sent in answer to its questions. Only once the server is closed. */
  String received() {
    return received.toString(StandardCharsets.UTF_8);
  }

  /** What clients have said. Only once the server is closed. */
  List<String> statements() {
    return statements;
  }

  private void serve() {
    while (!listening.isClosed()) {
      try (Socket client = listening.accept()) {
        client.setSoTimeout(20_000);
        talk(new DataInputStream(client.getInputStream()), client.getOutputStream());
      } catch (IOException over) {
        // The client has hung up, as it should, or this server is closed.
        continue;
      }
    }
  }

  private void talk(DataInputStream in, OutputStream out) throws IOException {
    send(out, 0, greeting());
    payload(in);
    answer(in, out, 2, "login");
    while (true) {
      byte[] command = payload(in);
      if (command[0] == QUIT) {
        return;
      }
      String statement =
          command[0] == QUERY
              ? new String(command, 1, command.length - 1, StandardCharsets.UTF_8)
              : "command " + command[0];
      statements.add(statement);
      answer(in, out, 1, statement);
    }
  }

  private void answer(DataInputStream in, OutputStream out, int sequence, String statement)
      throws IOException {
    if (!asking.test(statement)) {
      send(out, sequence, FINE);
      return;
    }
    asked++;
    byte[] name = file.getBytes(StandardCharsets.UTF_8);
    byte[] request = new byte[name.length + 1];
    request[0] = (byte) 0xFB;
    System.arraycopy(name, 0, request, 1, name.length);
    send(out, sequence, request);
    int next = sequence + 2;
    for (byte[] part = payload(in); part.length > 0; part = payload(in)) {
      received.writeBytes(part);
      next++;
    }
    send(out, next, FINE);
  }

  private static byte[] greeting() {
    ByteArrayOutputStream greeting = new ByteArrayOutputStream();
    greeting.write(10);
    greeting.writeBytes("8.0.36\0".getBytes(StandardCharsets.UTF_8));
    greeting.writeBytes(new byte[] {1, 0, 0, 0});
    greeting.writeBytes("12345678\0".getBytes(StandardCharsets.UTF_8));
    greeting.write(CAPABILITIES & 0xFF);
    greeting.write(CAPABILITIES >> 8 & 0xFF);
    greeting.write(45);
    greeting.writeBytes(new byte[] {AUTOCOMMIT, 0});
    greeting.write(CAPABILITIES >> 16 & 0xFF);
    greeting.write(CAPABILITIES >> 24 & 0xFF);
    greeting.write(21);
    greeting.writeBytes(new byte[10]);
    greeting.writeBytes("123456789012\0".getBytes(StandardCharsets.UTF_8));
    greeting.writeBytes("mysql_native_password\0".getBytes(StandardCharsets.UTF_8));
    return greeting.toByteArray();
  }

  private static byte[] payload(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
    in.readUnsignedByte();
    return in.readNBytes(length);
  }

  private static void send(OutputStream out, int sequence, byte[] payload) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.writeBytes(
        new byte[] {
          (byte) payload.length,
          (byte) (payload.length >> 8),
          (byte) (payload.length >> 16),
          (byte) sequence
        });
    packet.writeBytes(payload);
    out.write(packet.toByteArray());
    out.flush();
  }

  @Override
  public void close() {
    try {
      listening.close();
      thread.join(30_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
