package dev.osiris.host.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A short-named folder that only this user may enter, for a socket and a token file. The path of a
 * Unix socket holds at most 107 bytes, so the session directory is no place for it.
 */
public record RunFolder(Path path) implements AutoCloseable {

  /** Makes one in the system's temporary folder, or in {@code /tmp} where that has a long name. */
  public static RunFolder create() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path parent = temporary.toString().length() > 40 ? Path.of("/tmp") : temporary;
    return new RunFolder(
        Files.createTempDirectory(
            parent.toAbsolutePath(),
            "osiris",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
  }

  public Path socket() {
    return path.resolve("w.sock");
  }

  /** Removes the folder and what is in it; what cannot be removed is left to the system. */
  @Override
  public void close() {
    try {
      Files.walkFileTree(path, new Remover());
    } catch (IOException e) {
      // A folder in /tmp is cleared by the system, and nothing secret outlives the worker's start.
      System.getLogger(RunFolder.class.getName())
          .log(System.Logger.Level.DEBUG, "{0} stays behind: {1}", path, e.getMessage());
    }
  }

  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
