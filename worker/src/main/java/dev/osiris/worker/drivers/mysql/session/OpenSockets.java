package dev.osiris.worker.drivers.mysql.session;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sockets of connections and keeps the last that a thread has made, so that a session can
 * be cut at once, whatever its library waits for. Made by the library, by its name.
 */
public final class OpenSockets extends SocketFactory {

  private static final ThreadLocal<@Nullable Socket> LAST = new ThreadLocal<>();

  /** Called by the library. */
  public OpenSockets() {}

  /** The socket that this thread has made last; it is forgotten. */
  static @Nullable Socket take() {
    Socket last = LAST.get();
    LAST.remove();
    return last;
  }

  @Override
  public Socket createSocket() {
    Socket socket = new Socket();
    LAST.set(socket);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws SocketException {
    throw connected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws SocketException {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws SocketException {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws SocketException {
    throw connected();
  }

  private static SocketException connected() {
    return new SocketException("only sockets that are not connected yet are made here");
  }
}
