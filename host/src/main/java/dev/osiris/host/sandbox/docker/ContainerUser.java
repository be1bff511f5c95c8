package dev.osiris.host.sandbox.docker;

import dev.osiris.host.sandbox.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The user that a container's processes are: this host's own, and one without a name where that is
 * root.
 */
record ContainerUser(int uid, int gid) {
  /** In the image, the folder for volumes is this user's. */
  static final ContainerUser NOBODY = new ContainerUser(65_532, 65_532);

  private static final int READ = 4;
  private static final int ENTER = 5;
  private static final int GROUP_SHIFT = 3;
  private static final int OWNER_SHIFT = 6;

  /**
   * Chooses the user.
   *
   * @param host whose the files are that this process makes
   */
  static ContainerUser of(FileOwner host) {
    return host.isRoot() ? NOBODY : new ContainerUser(host.uid(), host.gid());
  }

  /**
   * Whether a file can be read and found by a pattern, as far as owners and modes tell.
   *
   * @param mounted folders that the container sees; those around them are the container's own
   */
  boolean mayRead(Path file, List<Path> mounted) {
    try {
      Path plain = file.toAbsolutePath().normalize();
      return has(plain, READ) && mayReach(plain, mounted) && mayReach(plain.toRealPath(), mounted);
    } catch (IOException e) {
      return false;
    }
  }

  private boolean mayReach(Path file, List<Path> mounted) throws IOException {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      if (mounted.stream().anyMatch(folder::startsWith) && !has(folder, ENTER)) {
        return false;
      }
    }
    return true;
  }

  private boolean has(Path path, int rights) throws IOException {
    int mode = (Integer) Files.getAttribute(path, "unix:mode");
    int shift = 0;
    if (Integer.valueOf(uid).equals(Files.getAttribute(path, "unix:uid"))) {
      shift = OWNER_SHIFT;
    } else if (Integer.valueOf(gid).equals(Files.getAttribute(path, "unix:gid"))) {
      shift = GROUP_SHIFT;
    }
    return (mode >> shift & rights) == rights;
  }

  /** As Docker wants it. */
  @Override
  public String toString() {
    return uid + ":" + gid;
  }
}
