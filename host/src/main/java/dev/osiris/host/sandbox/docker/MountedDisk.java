package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.FileOwner;
import dev.osiris.host.sandbox.GrantAccess;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.session.Grant;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Session directory and granted folders of the host, mounted. Where the host is root, the container
 * is {@link ContainerUser#NOBODY}: the session directory is that user's while the container lives,
 * and granted folders are there to be read only.
 *
 * @param drivers folder of driver jars on the host; {@code null} for none
 * @param heir whose the session directory is afterwards where the host is root; else {@code null}
 */
record MountedDisk(
    SandboxSpec sandbox,
    RunFolder folder,
    ContainerUser user,
    @Nullable Path drivers,
    @Nullable FileOwner heir)
    implements ContainerDisk, AutoCloseable {
  /** Short: the path of a socket holds 107 bytes. */
  private static final String RUN = "/run/osiris";

  private static final String DRIVERS = "drivers";

  // A path below it can be reached by nobody else in most images; a small folder covers it.
  private static final Path ROOT_HOME = Path.of("/root");

  /** Lays out the run folder: credentials, temporary files, and whose they are. */
  static MountedDisk create(SandboxSpec sandbox, RunFolder folder, Credentials credentials)
      throws IOException {
    for (Map.Entry<String, byte[]> file : credentials.files().entrySet()) {
      Path path =
          Files.createFile(
              folder.path().resolve(file.getKey()),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(path, file.getValue());
    }
    Files.createDirectory(folder.path().resolve(TEMPORARY));
    FileOwner host = FileOwner.of(folder.path().resolve(Credentials.TOKEN));
    ContainerUser user = ContainerUser.of(host);
    if (!host.isRoot()) {
      return new MountedDisk(sandbox, folder, user, sandbox.drivers(), null);
    }
    Path drivers = sandbox.drivers() == null ? null : readable(sandbox.drivers(), folder, user);
    // With the run folder, which is in it.
    new FileOwner(user.uid(), user.gid()).takeAll(sandbox.sessionDir());
    return new MountedDisk(sandbox, folder, user, drivers, FileOwner.ofResults(sandbox.grants()));
  }

  /** The folder of jars, or a copy when the user may not read them all. */
  private static Path readable(Path drivers, RunFolder folder, ContainerUser user)
      throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(drivers, "*.jar")) {
      found.forEach(jars::add);
    }
    if (jars.stream().allMatch(jar -> user.mayRead(jar, List.of(drivers)))) {
      return drivers;
    }
    Path copies = Files.createDirectory(folder.path().resolve(DRIVERS));
    for (Path jar : jars) {
      Files.copy(jar, copies.resolve(jar.getFileName()));
    }
    return copies;
  }

  @Override
  public Places places() {
    // That user may not be let through the folders above the session directory.
    Path sessions = heir == null ? sandbox.sessionRoot() : Path.of(VolumeDisk.SESSION_ROOT);
    String runDir =
        inside(sessions).resolve(sandbox.sessionDir().relativize(folder.path())).toString();
    return new Places(
        RUN,
        runDir,
        sessions.toString(),
        // Not the session directory: a container that is killed leaves its spilled data, and this
        // folder goes with it.
        runDir,
        isCopied() ? RUN + "/" + DRIVERS : drivers == null ? null : drivers.toString());
  }

  private Path inside(Path sessions) {
    return sessions.resolve(sandbox.session().value());
  }

  private boolean isCopied() {
    return drivers != null && drivers.startsWith(folder.path());
  }

  /** A folder that is granted twice is writable when one grant is. */
  @Override
  public List<Mount> mounts() {
    Map<String, Boolean> writable = new LinkedHashMap<>();
    if (drivers != null && !isCopied()) {
      writable.put(drivers.toString(), false);
    }
    for (Grant grant : sandbox.grants()) {
      writable.merge(grant.path(), heir == null && grant.writable(), Boolean::logicalOr);
    }
    List<Mount> mounts = new ArrayList<>();
    writable.forEach((path, write) -> mounts.add(mount(path, path, write)));
    mounts.add(
        mount(
            sandbox.sessionDir().toString(),
            inside(Path.of(places().sessionRoot())).toString(),
            true));
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

  @Override
  public GrantAccess grantAccess() {
    if (heir == null) {
      return new GrantAccess.Shared();
    }
    List<Path> mounted = sandbox.grants().stream().map(Grant::path).map(Path::of).toList();
    return new GrantAccess.Seen(file -> user.mayRead(file, mounted));
  }

  @Override
  public void fill(DockerClient docker, String container) {
    // All of it is on the host.
  }

  /** Gives the session directory back; for the time when the container is gone. */
  @Override
  public void close() throws IOException {
    if (heir != null) {
      heir.takeAll(sandbox.sessionDir());
    }
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
