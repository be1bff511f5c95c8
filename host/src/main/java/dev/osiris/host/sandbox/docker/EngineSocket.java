package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.transport.SSLConfig;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;

/**
 * A plain connection to the engine. The client library sends the input of a program by kilobytes
 * and never its end, so what runs over the streams of a program is sent here.
 */
record EngineSocket(InputStream in, OutputStream out, Closeable connection) implements Closeable {

  static EngineSocket dial(DockerClientConfig config) throws IOException {
    URI host = config.getDockerHost();
    return switch (host.getScheme()) {
      case "unix" -> {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(host.getPath()));
        yield new EngineSocket(
            Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
      }
      case "tcp" -> {
        Socket socket = tcp(host, config.getSSLConfig());
        socket.setTcpNoDelay(true);
        yield new EngineSocket(socket.getInputStream(), socket.getOutputStream(), socket);
      }
      default -> throw new IOException("a Docker engine at " + host + " cannot be dialled");
    };
  }

  private static Socket tcp(URI host, SSLConfig tls) throws IOException {
    try {
      var context = tls == null ? null : tls.getSSLContext();
      return context == null
          ? new Socket(host.getHost(), host.getPort())
          : context.getSocketFactory().createSocket(host.getHost(), host.getPort());
    } catch (GeneralSecurityException e) {
      throw new IOException("the keys in DOCKER_CERT_PATH cannot be used", e);
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
