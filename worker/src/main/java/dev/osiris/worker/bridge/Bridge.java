package dev.osiris.worker.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Copies in both directions between a socket and a pair of channels, each read written at once. One
 * buffer a direction: who reads slowly slows the other side down.
 */
final class Bridge {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int STACK_BYTES = 256 << 10;

  private final SocketChannel socket;

  Bridge(SocketChannel socket) {
    this.socket = socket;
  }

  /** Returns when the socket's side has ended; an end of the input is told to that side. */
  void carry(ReadableByteChannel in, WritableByteChannel out) throws IOException {
    Thread up = new Thread(null, () -> upwards(in), "up", STACK_BYTES);
    up.setDaemon(true);
    up.start();
    copy(socket, out);
  }

  private void upwards(ReadableByteChannel in) {
    try {
      copy(in, socket);
      socket.shutdownOutput();
    } catch (IOException broken) {
      end();
    }
  }

  /** Without input or socket there is no conversation; the other direction hears of it. */
  private void end() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a local socket does not close", e);
    }
  }

  private static void copy(ReadableByteChannel from, WritableByteChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
    while (from.read(buffer.clear()) >= 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
    }
  }
}
