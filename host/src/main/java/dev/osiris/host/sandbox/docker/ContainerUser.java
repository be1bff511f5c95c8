package dev.osiris.host.sandbox.docker;

import dev.osiris.session.Grant;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * The user that a container's processes are: this host's own. Where the host is root, it is the
 * owner of the folder that the pipeline writes to, so that the files it makes belong to whom the
 * others do, and a user without a name where nothing is written. A container has no capabilities,
 * so root in it may do no more than the owner of root's files may.
 */
record ContainerUser(int uid, int gid, boolean standIn) {
  /** A user without a name, whose the image's folder for volumes is. */
  static final int NOBODY = 65_532;

  private static final int OTHERS_WRITE = 2;

  /**
   * Chooses the user.
   *
   * @param ownFile a file that this process has made
   * @param grants folders that the session may reach
   */
  static ContainerUser of(Path ownFile, List<Grant> grants) throws IOException {
    ContainerUser host = ownerOf(ownFile);
    if (host.uid() != 0) {
      return host;
    }
    for (Grant grant : grants) {
      if (grant.writable()) {
        ContainerUser owner = ownerOf(Path.of(grant.path()));
        return new ContainerUser(owner.uid(), owner.gid(), owner.uid() != 0);
      }
    }
    return new ContainerUser(NOBODY, NOBODY, true);
  }

  private static ContainerUser ownerOf(Path path) throws IOException {
    return new ContainerUser(
        (Integer) Files.getAttribute(path, "unix:uid"),
        (Integer) Files.getAttribute(path, "unix:gid"),
        false);
  }

  /** Lets the container's user have a folder of this host's making and all that is in it. */
  void take(Path folder) throws IOException {
    if (standIn) {
      Files.walkFileTree(folder, new Giver(this));
    }
  }

  /** Whether files may be made in a folder, as far as owner and mode tell. */
  boolean mayWrite(Path folder) {
    if (!standIn) {
      return true;
    }
    try {
      int mode = (Integer) Files.getAttribute(folder, "unix:mode");
      boolean owns = Integer.valueOf(uid).equals(Files.getAttribute(folder, "unix:uid"));
      return owns || (mode & OTHERS_WRITE) != 0;
    } catch (IOException e) {
      return false;
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
