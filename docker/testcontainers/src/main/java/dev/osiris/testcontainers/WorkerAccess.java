package dev.osiris.testcontainers;

import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.EphemeralCertificate;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.docker.ContainerArchive;
import dev.osiris.wire.BearerToken;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one container and its clients know each other by.
 *
 * @param certificate PEM
 * @param folder of this machine, with token and certificate for the host library
 */
record WorkerAccess(Credentials credentials, String certificate, RunFolder folder)
    implements AutoCloseable {
  /** Inside the container, in {@link #archive}. */
  static final String FOLDER = "keys";

  static final String DRIVERS = "drivers";

  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Makes new ones.
   *
   * @param host name or address by which the container's ports are dialled
   */
  static WorkerAccess create(String host) throws IOException {
    EphemeralCertificate tls =
        EphemeralCertificate.create(
            RANDOM,
            Instant.now(),
            List.of(host, "localhost", "127.0.0.1").stream().distinct().toList());
    Credentials credentials = new Credentials(BearerToken.create(RANDOM), tls);
    WorkerAccess access = new WorkerAccess(credentials, tls.certificate(), RunFolder.create());
    Files.writeString(access.certificateFile(), tls.certificate());
    Files.writeString(access.tokenFile(), credentials.token().reveal());
    return access;
  }

  Path tokenFile() {
    return folder.path().resolve(Credentials.TOKEN);
  }

  Path certificateFile() {
    return folder.path().resolve(Credentials.CERTIFICATE);
  }

  /**
   * A tar with the folders of files that the worker reads.
   *
   * @param drivers folder of this machine with jars; {@code null} for none
   */
  Path archive(@Nullable Path drivers) throws IOException {
    Path tar = folder.path().resolve("archive.tar");
    try (ContainerArchive archive =
        new ContainerArchive(new BufferedOutputStream(Files.newOutputStream(tar)))) {
      archive.folder(FOLDER);
      for (Map.Entry<String, byte[]> file : credentials.files().entrySet()) {
        archive.file(FOLDER + "/" + file.getKey(), file.getValue());
      }
      if (drivers != null) {
        archive.folder(DRIVERS);
        archive.jars(DRIVERS + "/", drivers);
      }
    }
    return tar;
  }

  @Override
  public void close() {
    folder.close();
  }
}
