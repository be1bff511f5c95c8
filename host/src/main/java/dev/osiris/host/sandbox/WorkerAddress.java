package dev.osiris.host.sandbox;

import java.nio.file.Path;

/** Where a worker listens. */
public sealed interface WorkerAddress {

  /** How bytes get there, for people: {@code unix socket}, {@code loopback port}. */
  String transport();

  /** A Unix domain socket of this machine. */
  record Unix(Path socket) implements WorkerAddress {
    @Override
    public String transport() {
      return "unix socket";
    }

    @Override
    public String toString() {
      return "unix:" + socket;
    }
  }

  /** A port of a machine; 0 tells a worker to choose a free one. */
  record Tcp(String host, int port) implements WorkerAddress {
    /** Checks that the port is one. */
    public Tcp {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
      }
    }

    @Override
    public String transport() {
      return "loopback port";
    }

    @Override
    public String toString() {
      return "tcp:" + host + ":" + port;
    }
  }

  /** A port of a machine, any machine, where the worker speaks TLS. */
  record Tls(String host, int port, TlsSettings settings) implements WorkerAddress {
    /** Checks that the port is one. */
    public Tls {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
      }
    }

    @Override
    public String transport() {
      return "port with TLS";
    }

    @Override
    public String toString() {
      return "tls:" + host + ":" + port;
    }
  }

  /**
   * Not an address of the network: something on the worker's side carries bytes to it.
   *
   * @param transport for people, such as {@code exec bridge}
   */
  record Streams(String transport, ByteStream.Opener opener) implements WorkerAddress {
    @Override
    public String toString() {
      return transport;
    }
  }

  /**
   * Reads {@code unix:/path} or {@code tcp:host:port}.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  static WorkerAddress parse(String text) {
    if (text.startsWith("unix:/")) {
      return new Unix(Path.of(text.substring("unix:".length())));
    }
    int colon = text.lastIndexOf(':');
    if (text.startsWith("tcp:") && colon > "tcp:".length()) {
      try {
        return new Tcp(
            text.substring("tcp:".length(), colon), Integer.parseInt(text.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' has no port number", e);
      }
    }
    throw new IllegalArgumentException("'" + text + "' is neither unix:/path nor tcp:host:port");
  }
}
