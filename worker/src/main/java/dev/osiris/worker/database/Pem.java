package dev.osiris.worker.database;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys of a connection: texts, since a key must be in no file. */
public final class Pem {

  private static final char[] NO_PASSWORD = new char[0];

  private Pem() {}

  /** Who is trusted: the authorities of a PEM text. */
  public static TrustManager[] trust(String pem) throws GeneralSecurityException {
    KeyStore store = empty();
    for (Certificate authority : certificates(pem)) {
      store.setCertificateEntry("authority" + store.size(), authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Who we are: a certificate, its authorities behind it, and its key. */
  public static KeyManager[] identity(String certificate, String key)
      throws GeneralSecurityException {
    KeyStore store = empty();
    store.setKeyEntry(
        "client", key(key), NO_PASSWORD, certificates(certificate).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
    InputStream text = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(text));
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
      throw new InvalidKeySpecException(
          "the key is no unencrypted PKCS #8 PEM; convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    byte[] bytes =
        Base64.getMimeDecoder()
            .decode(pem.replaceAll("(?s).*-----BEGIN PRIVATE KEY-----|-----END.*", ""));
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(bytes);
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException other) {
        continue;
      }
    }
    return KeyFactory.getInstance("EdDSA").generatePrivate(spec);
  }

  private static KeyStore empty() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      return store;
    } catch (IOException impossible) {
      throw new IllegalStateException("an empty key store reads nothing", impossible);
    }
  }
}
