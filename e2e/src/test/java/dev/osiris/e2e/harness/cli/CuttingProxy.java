package dev.osiris.e2e.harness.cli;

import dev.osiris.e2e.harness.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A Unix socket in front of another one, whose connections a test can cut. */
public final class CuttingProxy implements AutoCloseable {

  private final SocketAddress target;
  private final Path path;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicLong backBytes = new AtomicLong();
  private volatile boolean refusing;

  private CuttingProxy(Path target, Path path) throws IOException {
    this.target = UnixDomainSocketAddress.of(target);
    this.path = path;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  /** Listens at a new socket and forwards to the given one. */
  public static CuttingProxy before(Path target) {
    try {
      return new CuttingProxy(target, Scratch.folder("x").resolve("p.sock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path path() {
    return path;
  }

  /** Connections so far. */
  public int accepted() {
    return accepted.get();
  }

  /** Bytes that came back from the target so far. */
  public long backBytes() {
    return backBytes.get();
  }

  /** Breaks every connection, now. New ones are welcome. */
  public void cut() {
    open.forEach(CuttingProxy::closeQuietly);
    open.clear();
  }

  /** Breaks every connection, and each new one at once, for good. */
  public void cutForGood() {
    refusing = true;
    cut();
  }

  @Override
  public void close() {
    refusing = true;
    closeQuietly(server);
    cut();
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel near = server.accept();
        accepted.incrementAndGet();
        if (refusing) {
          closeQuietly(near);
        } else {
          forward(near);
        }
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void forward(SocketChannel near) throws IOException {
    SocketChannel far = SocketChannel.open(StandardProtocolFamily.UNIX);
    far.connect(target);
    open.add(near);
    open.add(far);
    // Blocking reads of Unix sockets hold their carrier: platform threads.
    Thread.ofPlatform().daemon().start(() -> copy(near, far, new AtomicLong()));
    Thread.ofPlatform().daemon().start(() -> copy(far, near, backBytes));
  }

  private void copy(SocketChannel from, SocketChannel to, AtomicLong count) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (from;
        to) {
      while (from.read(buffer.clear()) >= 0) {
        count.addAndGet(buffer.flip().remaining());
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
    } catch (IOException cut) {
      // Both ends are closed here, which is what the other side shall see.
      return;
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException("a local socket does not close", e);
    }
  }
}
