package dev.osiris.worker.drivers.mysql.session;

import dev.osiris.worker.database.Pem;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.export.SslMode;
import org.mariadb.jdbc.plugin.TlsSocketPlugin;
import org.mariadb.jdbc.plugin.tls.main.DefaultTlsSocketPlugin;

/**
 * TLS with certificates and a key that are texts, under the name {@link #TYPE}. The library's
 * option {@code serverSslCert} holds the authorities, {@code keyStore} the client's certificate and
 * {@code keyPassword} its key.
 */
public final class PemTls implements TlsSocketPlugin {

  static final String TYPE = "osiris-pem";

  private final DefaultTlsSocketPlugin standard = new DefaultTlsSocketPlugin();

  /** Called by the library. */
  public PemTls() {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public TrustManager[] getTrustManager(
      Configuration options, ExceptionFactory exceptions, @Nullable HostAddress host)
      throws SQLException {
    @Nullable String authorities = options.serverSslCert();
    if (authorities == null || options.sslMode() == SslMode.TRUST) {
      return standard.getTrustManager(options, exceptions, host);
    }
    try {
      return Pem.trust(authorities);
    } catch (GeneralSecurityException e) {
      throw new SQLException("'ssl_ca' of the connection holds no certificates", "08001", e);
    }
  }

  @Override
  public KeyManager @Nullable [] getKeyManager(Configuration options, ExceptionFactory exceptions)
      throws SQLException {
    @Nullable String certificate = options.keyStore();
    @Nullable String key = options.keyPassword();
    if (certificate == null || key == null) {
      return null;
    }
    try {
      return Pem.identity(certificate, key);
    } catch (GeneralSecurityException e) {
      throw new SQLException(
          "'ssl_cert' and 'ssl_key' of the connection cannot be used", "08001", e);
    }
  }

  @Override
  public void verify(String host, SSLSession session, long serverThread) throws SSLException {
    standard.verify(host, session, serverThread);
  }
}
