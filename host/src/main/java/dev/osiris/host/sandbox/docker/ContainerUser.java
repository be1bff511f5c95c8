package dev.osiris.host.sandbox.docker;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The user that a container's processes are. Never root: where this host is, a user without a name
 * takes its place and is given the folders that the worker writes.
 */
record ContainerUser(int uid, int gid, boolean standIn) {
  private static final int NOBODY = 65_532;

  /** The user of this process, told by a file that it has made. */
  static ContainerUser of(Path ownFile) throws IOException {
    int uid = (Integer) Files.getAttribute(ownFile, "unix:uid");
    int gid = (Integer) Files.getAttribute(ownFile, "unix:gid");
    return uid == 0 ? new ContainerUser(NOBODY, NOBODY, true) : new ContainerUser(uid, gid, false);
  }

  /** Lets the container's user have a folder of this host's making and all that is in it. */
  void take(Path folder) throws IOException {
    if (standIn) {
      Files.walkFileTree(folder, new Giver(this));
    }
  }

  /** As Docker wants it. */
  @Override
  public String toString() {
    return uid + ":" + gid;
  }

  private static final class Giver extends SimpleFileVisitor<Path> {
    private final ContainerUser user;

    Giver(ContainerUser user) {
      this.user = user;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      return give(folder);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      return attributes.isSymbolicLink() ? FileVisitResult.CONTINUE : give(file);
    }

    private FileVisitResult give(Path path) throws IOException {
      Files.setAttribute(path, "unix:uid", user.uid());
      Files.setAttribute(path, "unix:gid", user.gid());
      return FileVisitResult.CONTINUE;
    }
  }
}
