package dev.osiris.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class EphemeralCertificateTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final EphemeralCertificate made =
      EphemeralCertificate.create(
          new SecureRandom(), NOW, List.of("127.0.0.1", "localhost", "::1"));

  @Test
  void certificate_isOfItsNamesAndItsOwnSigning() throws Exception {
    X509Certificate certificate = certificate();
    certificate.verify(certificate.getPublicKey());
    certificate.checkValidity(Date.from(NOW.plus(Duration.ofDays(7))));
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactly(
            List.of(7, "127.0.0.1"), List.of(2, "localhost"), List.of(7, "0:0:0:0:0:0:0:1"));
  }

  @Test
  void key_isThatOfTheCertificate() throws Exception {
    String body = made.key().replaceAll("-----[A-Z ]+-----|\\s", "");
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body))));
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(certificate());
    signature.update((byte) 1);
    assertThat(signature.verify(signed)).isTrue();
    assertThat(made.key()).startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(made.toString()).doesNotContain(body.substring(40, 60));
  }

  private X509Certificate certificate() throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(made.certificate().getBytes(StandardCharsets.US_ASCII)));
  }
}
