package dev.osiris.host.sandbox;

import dev.osiris.unit.Secret;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker gets in files that only it may read.
 *
 * @param token opens sessions
 * @param tls for a worker at a port
 */
public record Credentials(Secret token, @Nullable EphemeralCertificate tls) {
  // Names of the files.
  public static final String TOKEN = "token";
  public static final String CERTIFICATE = "tls.crt";
  public static final String KEY = "tls.key";

  /** Content by file name. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(TOKEN, bytes(token.reveal() + "\n"));
    if (tls != null) {
      files.put(CERTIFICATE, bytes(tls.certificate()));
      files.put(KEY, bytes(tls.key()));
    }
    return files;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
