package dev.osiris.host.session;

import dev.osiris.host.sandbox.TlsSettings;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** The host's side of TLS 1.3 and 1.2. */
final class ClientTls {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private ClientTls() {}

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException naming the file that cannot be used
   */
  static SslContext context(TlsSettings settings) {
    SslContextBuilder builder = GrpcSslContexts.forClient().protocols(PROTOCOLS);
    Path trusted = settings.trusted();
    if (trusted != null) {
      requireFile(trusted);
      try {
        builder.trustManager(trusted.toFile());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("'" + trusted + "' holds no PEM certificate", e);
      }
    }
    TlsSettings.ClientCertificate client = settings.client();
    if (client != null) {
      requireFile(client.chain());
      requireFile(client.key());
      try {
        builder.keyManager(client.chain().toFile(), client.key().toFile());
      } catch (IllegalArgumentException e) {
        throw unusable(client, e);
      }
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw client == null
          ? new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e)
          : unusable(client, e);
    }
  }

  private static void requireFile(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException("there is no file '" + file + "' that can be read");
    }
  }

  private static IllegalArgumentException unusable(
      TlsSettings.ClientCertificate client, Exception cause) {
    return new IllegalArgumentException(
        "'"
            + client.chain()
            + "' and '"
            + client.key()
            + "' are not a PEM certificate and its unencrypted PKCS #8 key (BEGIN PRIVATE KEY)",
        cause);
  }
}
