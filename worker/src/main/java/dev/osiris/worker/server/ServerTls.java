package dev.osiris.worker.server;

import dev.osiris.worker.config.TlsFiles;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** The worker's side of TLS 1.3 and 1.2: its certificate, and whose clients it takes. */
public final class ServerTls {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SslContext context;

  private ServerTls(SslContext context) {
    this.context = context;
  }

  /**
   * Reads the files, once: a new certificate needs a new worker.
   *
   * @throws IllegalArgumentException naming the file that cannot be used
   */
  public static ServerTls read(TlsFiles files) {
    requireFile("--tls-cert", files.certificate());
    requireFile("--tls-key", files.key());
    try {
      SslContextBuilder builder =
          GrpcSslContexts.forServer(files.certificate().toFile(), files.key().toFile())
              .protocols(PROTOCOLS);
      if (files.clientCa() != null) {
        requireFile("--tls-client-ca", files.clientCa());
        builder.trustManager(files.clientCa().toFile()).clientAuth(ClientAuth.REQUIRE);
      }
      return new ServerTls(builder.build());
    } catch (IllegalArgumentException | SSLException e) {
      throw new IllegalArgumentException(
          "the TLS files cannot be used: "
              + e.getMessage()
              + "; certificates are PEM, the key is unencrypted PKCS #8 PEM (BEGIN PRIVATE KEY) of"
              + " the first certificate",
          e);
    }
  }

  SslContext context() {
    return context;
  }

  private static void requireFile(String option, Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException(option + ": there is no file " + file + " to be read");
    }
  }
}
