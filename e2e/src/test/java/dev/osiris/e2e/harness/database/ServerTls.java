package dev.osiris.e2e.harness.database;

import dev.osiris.e2e.harness.Scratch;
import dev.osiris.host.sandbox.EphemeralCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Key and certificate of one server. The certificate is its own authority.
 *
 * @param trusted PEM file with the certificate, for clients that check
 * @param client the one client's key and certificate that the server trusts
 */
record ServerTls(EphemeralCertificate pair, Path trusted, EphemeralCertificate client) {

  /** Folder inside the container. */
  static final String FOLDER = "/tls/";

  static final String CERTIFICATE = FOLDER + "server.crt";
  static final String KEY = FOLDER + "server.key";

  /** Of clients that are trusted. */
  static final String CLIENTS = FOLDER + "clients.crt";

  private static final SecureRandom RANDOM = new SecureRandom();

  /** For a server that is dialled by these names. */
  static ServerTls create(Collection<String> names) {
    EphemeralCertificate pair = pair(names);
    Path file = Scratch.folder("tls").resolve("ca.crt");
    try {
      Files.writeString(file, pair.certificate());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ServerTls(pair, file, pair(List.of("client")));
  }

  private static EphemeralCertificate pair(Collection<String> names) {
    return EphemeralCertificate.create(RANDOM, Instant.now(), names);
  }

  /** A certificate of the same names that no server has. */
  static Path stranger() {
    return create(List.of("localhost", "127.0.0.1")).trusted();
  }

  /** Path in the container and content. */
  Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(CERTIFICATE, pair.certificate().getBytes(StandardCharsets.US_ASCII));
    files.put(CLIENTS, client.certificate().getBytes(StandardCharsets.US_ASCII));
    files.put(KEY, pair.key().getBytes(StandardCharsets.US_ASCII));
    return files;
  }
}
