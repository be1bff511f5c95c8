package dev.osiris.worker.drivers.postgres;

import dev.osiris.worker.database.Pem;
import java.security.GeneralSecurityException;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
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
            properties.getProperty(AUTHORITIES),
            properties.getProperty(CERTIFICATE),
            properties.getProperty(KEY));
  }

  private static SSLSocketFactory factory(
      @Nullable String authorities, @Nullable String certificate, @Nullable String key)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        certificate == null || key == null ? null : Pem.identity(certificate, key),
        authorities == null ? null : Pem.trust(authorities),
        null);
    return context.getSocketFactory();
  }
}
