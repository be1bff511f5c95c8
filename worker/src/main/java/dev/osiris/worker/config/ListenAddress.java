package dev.osiris.worker.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/**
 * Where a worker serves: {@code unix:/path} or {@code tcp:host:port}, port 0 for any that is free.
 */
public sealed interface ListenAddress {

  int MAX_PORT = 65_535;

  /** A Unix domain socket. */
  record Unix(Path path) implements ListenAddress {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** A TCP port. */
  record Tcp(String host, int port) implements ListenAddress {

    /** Whether this machine alone can reach it. */
    boolean isLoopback() {
      try {
        return InetAddress.getByName(host).isLoopbackAddress();
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("there is no host '" + host + "' to listen at", e);
      }
    }

    @Override
    public String toString() {
      return "tcp:" + host + ":" + port;
    }
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException naming the accepted forms
   */
  static ListenAddress parse(String text) {
    if (text.startsWith("unix:") && text.length() > 5) {
      return new Unix(Path.of(text.substring(5)).toAbsolutePath());
    }
    int colon = text.lastIndexOf(':');
    if (text.startsWith("tcp:") && colon > 4 && text.substring(colon + 1).matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port > MAX_PORT) {
        throw new IllegalArgumentException(
            "'" + text + "' is not an address; ports end at " + MAX_PORT);
      }
      return new Tcp(text.substring(4, colon), port);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not an address; write unix:/path/to/socket or tcp:127.0.0.1:0");
  }
}
