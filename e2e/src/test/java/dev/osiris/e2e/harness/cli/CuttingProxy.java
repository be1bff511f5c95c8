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
import java.util.function.Supplier;

/**
 * A Unix socket in front of another one, whose connections a test can cut: all of them now, or each
 * of them when so much has gone through it.
 */
public final class CuttingProxy implements AutoCloseable {

  private final SocketAddress target;
  private final Path path;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile boolean refusing;
  private volatile Limit forth = Limit.NONE;
  private volatile Limit back = Limit.NONE;

  /** What becomes of a connection when so many bytes have gone one way. */
  private record Limit(long bytes, Runnable then, boolean cuts) {
    static final Limit NONE = new Limit(Long.MAX_VALUE, () -> {}, true);
  }

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

  /** Breaks each connection when so many bytes have gone to the target. */
  public void cutAfterSending(long bytes) {
    forth = new Limit(bytes, () -> {}, true);
  }

  /** Breaks each connection when so many bytes have come from the target. */
  public void cutAfterReceiving(long bytes) {
    back = new Limit(bytes, () -> {}, true);
  }

  /** Lets no more than so many bytes of a connection go to the target, and says when it holds. */
  public void holdAfterSending(long bytes, Runnable then) {
    forth = new Limit(bytes, then, false);
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
    Thread.ofPlatform().daemon().start(() -> copy(near, far, () -> forth));
    Thread.ofPlatform().daemon().start(() -> copy(far, near, () -> back));
  }

  private void copy(SocketChannel from, SocketChannel to, Supplier<Limit> limit) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (from;
        to) {
      long count = 0;
      while (from.read(buffer.clear()) >= 0) {
        count += buffer.flip().remaining();
        if (count > limit.get().bytes()) {
          limit.get().then().run();
          if (limit.get().cuts()) {
            return;
          }
          // Passes nothing on until somebody closes it.
          continue;
        }
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
