package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.GrantAccess;
import dev.osiris.host.sandbox.SandboxSpec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A volume on the engine's disk that lives as long as the container. Nothing of this machine is
 * mounted, so the engine may be anywhere.
 */
record VolumeDisk(SandboxSpec sandbox, Credentials credentials) implements ContainerDisk {
  /** The image has it, and it belongs to {@link ContainerUser#NOBODY} there. */
  private static final String ROOT = "/var/lib/osiris";

  /** The session root of a worker that does not have it under the host's name. */
  static final String SESSION_ROOT = ROOT + "/sessions";

  private static final String RUN = "run/";
  private static final String SESSIONS = "sessions/";
  private static final String SPILL = "spill/";
  private static final String DRIVERS = "drivers/";

  @Override
  public Places places() {
    String run = inside(RUN);
    return new Places(
        run, run, SESSION_ROOT, inside(SPILL), sandbox.drivers() == null ? null : inside(DRIVERS));
  }

  @Override
  public ContainerUser user() {
    return ContainerUser.NOBODY;
  }

  @Override
  public List<Mount> mounts() {
    return List.of(new Mount().withType(MountType.VOLUME).withTarget(ROOT));
  }

  @Override
  public Map<String, String> memoryFolders() {
    return Map.of();
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public GrantAccess grantAccess() {
    return new GrantAccess.Staged();
  }

  @Override
  public void fill(DockerClient docker, String container) throws IOException {
    ByteArrayOutputStream own = new ByteArrayOutputStream();
    try (ContainerArchive archive = new ContainerArchive(own)) {
      putFolders(archive);
    }
    send(docker, container, new ByteArrayInputStream(own.toByteArray()));
    if (sandbox.drivers() != null) {
      sendJars(docker, container, sandbox.drivers());
    }
  }

  /** By way of a file: jars may be large, and the library wants to read what this writes. */
  private void sendJars(DockerClient docker, String container, Path jars) throws IOException {
    Path archive = Files.createTempFile(sandbox.sessionDir(), ".drivers", ".tar");
    try {
      try (ContainerArchive tar =
          new ContainerArchive(new BufferedOutputStream(Files.newOutputStream(archive)))) {
        tar.jars(DRIVERS, jars);
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
        send(docker, container, in);
      }
    } finally {
      Files.delete(archive);
    }
  }

  private static void send(DockerClient docker, String container, InputStream archive) {
    docker
        .copyArchiveToContainerCmd(container)
        .withRemotePath(ROOT)
        .withTarInputStream(archive)
        .exec();
  }

  private void putFolders(ContainerArchive archive) throws IOException {
    for (String folder : List.of(RUN, RUN + TEMPORARY, SESSIONS, SPILL, DRIVERS)) {
      archive.folder(folder);
    }
    for (Map.Entry<String, byte[]> secret : credentials.files().entrySet()) {
      archive.file(RUN + secret.getKey(), secret.getValue());
    }
  }

  private static String inside(String folder) {
    return ROOT + "/" + folder.substring(0, folder.length() - 1);
  }
}
