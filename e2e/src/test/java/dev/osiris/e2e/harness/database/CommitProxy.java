package dev.osiris.e2e.harness.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands before a server, forwards what clients without TLS say, and breaks the first connection
 * that commits, once, where a test has asked for it.
 */
public final class CommitProxy implements AutoCloseable {

  /** As it ends a statement on the wire, which "ON COMMIT DROP" does not. */
  private static final String POSTGRES_COMMIT = "COMMIT\0";

  /** The command to run a query, and the query. */
  private static final String MYSQL_COMMIT = "\3COMMIT";

  private static final int PIECE = 64 << 10;

  private final ServerAddress target;
  private final byte[] commit;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Fault> next = new AtomicReference<>();

  private enum Kind {
    LOSE_COMMIT,
    LOSE_ANSWER
  }

  private record Fault(Kind kind, Runnable then) {}

  private CommitProxy(ServerAddress target, String commit) throws IOException {
    this.target = target;
    this.commit = commit.getBytes(StandardCharsets.US_ASCII);
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("commit-proxy").start(this::accept);
  }

  public static CommitProxy before(DatabaseServer server) {
    try {
      return new CommitProxy(
          server.address(), server instanceof PostgresServer ? POSTGRES_COMMIT : MYSQL_COMMIT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ServerAddress address() {
    return new ServerAddress("127.0.0.1", listening.getLocalPort());
  }

  /** The next COMMIT never reaches the server. */
  public void loseCommit() {
    next.set(new Fault(Kind.LOSE_COMMIT, () -> {}));
  }

  /**
   * The server hears the next COMMIT, and nobody hears its answer.
   *
   * @param then run when the server has answered, before the client's connection breaks
   */
  public void loseAnswer(Runnable then) {
    next.set(new Fault(Kind.LOSE_ANSWER, then));
  }

  /** Whether the fault that was asked for has happened. */
  public boolean happened() {
    return next.get() == null;
  }

  @Override
  public void close() {
    closeQuietly(listening);
    open.forEach(CommitProxy::closeQuietly);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(target.host(), target.port());
        open.add(client);
        open.add(server);
        AtomicReference<Fault> hit = new AtomicReference<>();
        Thread.ofPlatform().daemon().start(() -> forth(client, server, hit));
        Thread.ofPlatform().daemon().start(() -> back(server, client, hit));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void forth(Socket client, Socket server, AtomicReference<Fault> hit) {
    byte[] piece = new byte[PIECE];
    try (client;
        server) {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        Fault fault = next.get();
        if (fault != null && holds(piece, count) && next.compareAndSet(fault, null)) {
          if (fault.kind() == Kind.LOSE_COMMIT) {
            return;
          }
          hit.set(fault);
        }
        out.write(piece, 0, count);
      }
    } catch (IOException broken) {
      // Either end is gone, and so is the other.
    }
  }

  private static void back(Socket server, Socket client, AtomicReference<Fault> hit) {
    byte[] piece = new byte[PIECE];
    try (client;
        server) {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        Fault fault = hit.get();
        if (fault != null) {
          fault.then().run();
          return;
        }
        out.write(piece, 0, count);
      }
    } catch (IOException broken) {
      // Either end is gone, and so is the other.
    }
  }

  private boolean holds(byte[] bytes, int count) {
    for (int i = 0; i + commit.length <= count; i++) {
      int at = 0;
      while (at < commit.length && bytes[i + at] == commit[at]) {
        at++;
      }
      if (at == commit.length) {
        return true;
      }
    }
    return false;
  }

  private static void closeQuietly(AutoCloseable closing) {
    try {
      closing.close();
    } catch (Exception gone) {
      // It is what was wanted.
    }
  }
}
