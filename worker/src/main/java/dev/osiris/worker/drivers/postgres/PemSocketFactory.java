package dev.osiris.worker.drivers.postgres;

import dev.osiris.worker.database.Pem;
import java.security.GeneralSecurityException;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.NonValidatingFactory;
import org.postgresql.ssl.WrappedFactory;

/**
 * TLS with certificates and a key that are texts: a key must be in no file. Made by the JDBC
 * driver, which verifies the host's name by itself where {@code sslmode} asks for it.
 */
public final class PemSocketFactory extends WrappedFactory {

  /** Properties of a connection that the JDBC driver passes on. */
  static final String AUTHORITIES = "osiris.sslrootcert";

  static final String CERTIFICATE = "osiris.sslcert";
  static final String KEY = "osiris.sslkey";

  /** Called by the JDBC driver. */
  @SuppressWarnings("this-escape") // its field is the parent's
  public PemSocketFactory(Properties properties) throws GeneralSecurityException {
    this.factory =
        factory(
            trust(properties.getProperty(AUTHORITIES), properties.getProperty("sslmode", "")),
            properties.getProperty(CERTIFICATE),
            properties.getProperty(KEY));
  }

  private static SSLSocketFactory factory(
      TrustManager @Nullable [] trust, @Nullable String certificate, @Nullable String key)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        certificate == null || key == null ? null : Pem.identity(certificate, key), trust, null);
    return context.getSocketFactory();
  }

  /** Who is trusted: those of the JVM where an authority is asked for and none is named. */
  private static TrustManager @Nullable [] trust(@Nullable String authorities, String sslmode)
      throws GeneralSecurityException {
    if (authorities != null) {
      return Pem.trust(authorities);
    }
    return sslmode.startsWith("verify")
        ? null
        : new TrustManager[] {new NonValidatingFactory.NonValidatingTM()};
  }
}
