package dev.osiris.host.sandbox;

import dev.osiris.session.Grant;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Whose files are, by the numbers of user and group. Links are never followed to what they name.
 */
public record FileOwner(int uid, int gid) {
  private static final int ROOT = 0;

  /** The owner of a file. */
  public static FileOwner of(Path path) throws IOException {
    return new FileOwner(
        (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS),
        (Integer) Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Whose the files of a session are to be where the host is root: they belong to whom the first
   * folder does that may be written, which is the project's; root's where nothing is written.
   */
  public static FileOwner ofResults(List<Grant> grants) throws IOException {
    for (Grant grant : grants) {
      if (grant.writable()) {
        return of(Path.of(grant.path()));
      }
    }
    return new FileOwner(ROOT, ROOT);
  }

  public boolean isRoot() {
    return uid == ROOT;
  }

  /** Makes a file or folder this owner's; only root may. */
  public void take(Path path) throws IOException {
    if (!equals(of(path))) {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** Makes a folder and all that is in it this owner's; only root may. */
  public void takeAll(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            take(each);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            take(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
