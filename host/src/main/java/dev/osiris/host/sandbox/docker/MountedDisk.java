package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.session.Grant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Session directory and granted folders of the host, mounted under their own names. */
record MountedDisk(SandboxSpec sandbox, RunFolder folder, ContainerUser user)
    implements ContainerDisk {
  /** Short: the path of a socket holds 107 bytes. */
  private static final String RUN = "/run/osiris";

  // A path below it can be reached by nobody else in most images; a small folder covers it.
  private static final Path ROOT_HOME = Path.of("/root");

  /** Lays out the run folder: credentials, temporary files, and whose they are. */
  static MountedDisk create(SandboxSpec sandbox, RunFolder folder, Credentials credentials)
      throws IOException {
    Path token = folder.path().resolve(Credentials.TOKEN);
    for (Map.Entry<String, byte[]> file : credentials.files().entrySet()) {
      Path path =
          Files.createFile(
              folder.path().resolve(file.getKey()),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(path, file.getValue());
    }
    Files.createDirectory(folder.path().resolve(TEMPORARY));
    ContainerUser user = ContainerUser.of(token, sandbox.grants());
    // With the run folder, which is in it.
    user.take(sandbox.sessionDir());
    return new MountedDisk(sandbox, folder, user);
  }

  @Override
  public Places places() {
    return new Places(
        RUN,
        folder.path().toString(),
        sandbox.sessionRoot().toString(),
        // Not the session directory: a container that is killed leaves its spilled data, and this
        // folder goes with it.
        folder.path().toString(),
        sandbox.drivers() == null ? null : sandbox.drivers().toString());
  }

  /** A folder that is granted twice is writable when one grant is. */
  @Override
  public List<Mount> mounts() {
    Map<String, Boolean> writable = new LinkedHashMap<>();
    if (sandbox.drivers() != null) {
      writable.put(sandbox.drivers().toString(), false);
    }
    for (Grant grant : sandbox.grants()) {
      writable.merge(grant.path(), grant.writable(), Boolean::logicalOr);
    }
    writable.put(sandbox.sessionDir().toString(), true);
    List<Mount> mounts = new ArrayList<>();
    writable.forEach((path, write) -> mounts.add(mount(path, path, write)));
    mounts.add(mount(folder.path().toString(), RUN, true));
    return mounts;
  }

  @Override
  public Map<String, String> memoryFolders() {
    boolean below =
        mounts().stream()
            .anyMatch(mount -> Path.of(String.valueOf(mount.getTarget())).startsWith(ROOT_HOME));
    return below ? Map.of(ROOT_HOME.toString(), "size=64k,mode=0755") : Map.of();
  }

  @Override
  public boolean shared() {
    return true;
  }

  /** Folders that steps may write and the stand-in of root may not. */
  @Override
  public List<String> notes() {
    return sandbox.grants().stream()
        .filter(Grant::writable)
        .map(Grant::path)
        .filter(path -> !user.mayWrite(Path.of(path)))
        .map(path ->
            "this host is root, so the container is user "
                + user.uid()
                + ", which may not create files in "
                + path
                + "; let it (chown "
                + user.uid()
                + "), or run as another user")
        .toList();
  }

  @Override
  public void fill(DockerClient docker, String container) {
    // All of it is on the host.
  }

  /** Not the older way of binding, by which an engine makes folders that it does not see. */
  private static Mount mount(String host, String inside, boolean writable) {
    return new Mount()
        .withType(MountType.BIND)
        .withSource(host)
        .withTarget(inside)
        .withReadOnly(!writable);
  }
}
