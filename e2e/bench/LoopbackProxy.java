package bench;

import dev.osiris.host.sandbox.WorkerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port in front of a worker's, whose connections can be cut. Safe between threads. */
public final class LoopbackProxy implements AutoCloseable {

  private static final int BUFFER = 1 << 18;

  private final InetSocketAddress target;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private LoopbackProxy(WorkerAddress.Tcp target) throws IOException {
    this.target = new InetSocketAddress(target.host(), target.port());
    this.server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofPlatform().daemon().name("proxy").start(this::accept);
  }

  public static LoopbackProxy before(WorkerAddress.Tcp target) throws IOException {
    return new LoopbackProxy(target);
  }

  public WorkerAddress address() throws IOException {
    InetSocketAddress local = (InetSocketAddress) server.getLocalAddress();
    return new WorkerAddress.Tcp(local.getAddress().getHostAddress(), local.getPort());
  }

  /** Breaks every connection, now. New ones are welcome. */
  public void cut() {
    open.forEach(LoopbackProxy::close);
    open.clear();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel near = server.accept();
        SocketChannel far = SocketChannel.open(target);
        // What is small, such as a window's update, goes on at once: held back for an acknowledgement it costs 40 ms.
        near.setOption(StandardSocketOptions.TCP_NODELAY, true);
        far.setOption(StandardSocketOptions.TCP_NODELAY, true);
        open.add(near);
        open.add(far);
        Thread.ofPlatform().daemon().start(() -> copy(near, far));
        Thread.ofPlatform().daemon().start(() -> copy(far, near));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    try (from;
        to) {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
    } catch (IOException cut) {
      // Both ends are closed here, which is what either side shall see.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a local socket does not close", e);
    }
  }
}
