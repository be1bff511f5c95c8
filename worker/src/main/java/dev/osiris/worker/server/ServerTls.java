package dev.osiris.worker.server;

import dev.osiris.worker.config.TlsFiles;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

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
      SslContext context = builder.build();
      requirePair(files);
      return new ServerTls(context);
    } catch (IllegalArgumentException | IOException | GeneralSecurityException e) {
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

  /** Nothing else looks before the first client, whose handshake then fails without a reason. */
  private static void requirePair(TlsFiles files) throws IOException, GeneralSecurityException {
    PublicKey certified;
    try (InputStream in = Files.newInputStream(files.certificate())) {
      certified = CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
    }
    String pem = Files.readString(files.key());
    String base64 = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
    PrivateKey key =
        KeyFactory.getInstance(certified.getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    Signature signature =
        Signature.getInstance(
            switch (certified.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> certified.getAlgorithm();
            });
    byte[] said = {1};
    signature.initSign(key);
    signature.update(said);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(said);
    if (!signature.verify(signed)) {
      throw new InvalidKeyException("the key is not that of the certificate");
    }
  }

  private static void requireFile(String option, Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException(option + ": there is no file " + file + " to be read");
    }
  }
}
