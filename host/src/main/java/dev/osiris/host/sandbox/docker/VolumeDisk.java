package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.osiris.host.sandbox.SandboxSpec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A volume on the engine's disk that lives as long as the container. Nothing of this machine is
 * mounted, so the engine may be anywhere.
 */
record VolumeDisk(SandboxSpec sandbox, Credentials credentials) implements ContainerDisk {
  /** The image has it, and it belongs to {@link ContainerUser#NOBODY} there. */
  private static final String ROOT = "/var/lib/osiris";

  private static final String RUN = "run/";
  private static final String SESSIONS = "sessions/";
  private static final String SPILL = "spill/";
  private static final String DRIVERS = "drivers/";
  private static final int FOLDER_MODE = 040700;
  private static final int FILE_MODE = 0100600;

  @Override
  public Places places() {
    String run = inside(RUN);
    return new Places(
        run,
        run,
        inside(SESSIONS),
        inside(SPILL),
        sandbox.drivers() == null ? null : inside(DRIVERS));
  }

  @Override
  public ContainerUser user() {
    return new ContainerUser(ContainerUser.NOBODY, ContainerUser.NOBODY, true);
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
  public List<String> notes() {
    return List.of();
  }

  @Override
  public void fill(DockerClient docker, String container) throws IOException {
    ByteArrayOutputStream own = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(own)) {
      putFolders(tar);
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
      try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
          TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
        putJars(tar, jars);
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

  private void putFolders(TarArchiveOutputStream tar) throws IOException {
    for (String folder : List.of(RUN, RUN + TEMPORARY + "/", SESSIONS, SPILL, DRIVERS)) {
      put(tar, new TarArchiveEntry(folder), FOLDER_MODE);
      tar.closeArchiveEntry();
    }
    for (Map.Entry<String, byte[]> secret : credentials.files().entrySet()) {
      TarArchiveEntry entry = new TarArchiveEntry(RUN + secret.getKey());
      entry.setSize(secret.getValue().length);
      put(tar, entry, FILE_MODE);
      tar.write(secret.getValue());
      tar.closeArchiveEntry();
    }
  }

  private static void putJars(TarArchiveOutputStream tar, Path folder) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        TarArchiveEntry entry = new TarArchiveEntry(DRIVERS + jar.getFileName());
        entry.setSize(Files.size(jar));
        put(tar, entry, FILE_MODE);
        Files.copy(jar, tar);
        tar.closeArchiveEntry();
      }
    }
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode)
      throws IOException {
    entry.setMode(mode);
    entry.setIds(ContainerUser.NOBODY, ContainerUser.NOBODY);
    tar.putArchiveEntry(entry);
  }

  private static String inside(String folder) {
    return ROOT + "/" + folder.substring(0, folder.length() - 1);
  }
}
