package dev.osiris.host.sandbox;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a worker shows over TLS who it is, and how this host does. All files are PEM.
 *
 * @param trusted certificates of authorities, or the worker's own, which then is the only one that
 *     is taken; {@code null} for the authorities that Java trusts
 * @param client what this host shows; {@code null} when the worker asks for nothing
 * @param serverName the name that the worker's certificate must hold; {@code null} for the host
 *     that is dialled
 */
public record TlsSettings(
    @Nullable Path trusted, @Nullable ClientCertificate client, @Nullable String serverName) {

  /**
   * A certificate and its key.
   *
   * @param chain the certificate, then those between it and its authority
   * @param key PKCS #8, not encrypted
   */
  public record ClientCertificate(Path chain, Path key) {}

  /** A worker whose certificate these authorities have signed, or that is in this file itself. */
  public static TlsSettings trusting(Path trusted) {
    return new TlsSettings(trusted, null, null);
  }
}
