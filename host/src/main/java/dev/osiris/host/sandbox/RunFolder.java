package dev.osiris.host.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A folder that only this user may enter, for a socket and a token file. */
public record RunFolder(Path path) implements AutoCloseable {
  private static final String PREFIX = "osiris-";
  private static final String NAME = "run";

  /** Of numbers in names: those are short. */
  private static final int RADIX = 36;

  /** What the address of a Unix socket holds. */
  private static final int SOCKET_BYTES = 107;

  private static final FileAttribute<?> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /**
   * Makes one in the system's temporary folder, or in {@code /tmp} where that has a long name. Its
   * name says whose it is, and those of hosts that were killed are removed on the way.
   */
  public static RunFolder create() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path parent =
        (temporary.toString().length() > 40 ? Path.of("/tmp") : temporary).toAbsolutePath();
    return create(parent, HostProcess.current());
  }

  static RunFolder create(Path parent, HostProcess host) throws IOException {
    removeOrphans(parent, host.machine());
    return new RunFolder(Files.createTempDirectory(parent, nameOf(host), OWN));
  }

  /** Makes one in a session directory, in place of what a host that was killed left there. */
  public static RunFolder in(Path sessionDir) throws IOException {
    RunFolder folder = new RunFolder(sessionDir.resolve(NAME));
    folder.close();
    Files.createDirectories(sessionDir);
    Files.createDirectory(folder.path(), OWN);
    return folder;
  }

  public Path socket() {
    return path.resolve("w.sock");
  }

  /** The socket's path in a form that can be dialled from here; empty when it is too long. */
  public Optional<Path> dialable() {
    Path here = Path.of("").toAbsolutePath();
    return List.of(socket(), here.relativize(socket().toAbsolutePath())).stream()
        .filter(form -> form.toString().getBytes(StandardCharsets.UTF_8).length <= SOCKET_BYTES)
        .findFirst();
  }

  /** Removes the folder and what is in it; what cannot be removed is left to the system. */
  @Override
  public void close() {
    try {
      Files.walkFileTree(path, new Remover());
    } catch (NoSuchFileException e) {
      // The worker removes it at its own end, too.
      return;
    } catch (IOException e) {
      System.getLogger(RunFolder.class.getName())
          .log(System.Logger.Level.DEBUG, "{0} stays behind: {1}", path, e.getMessage());
    }
  }

  private static String nameOf(HostProcess host) {
    return ours(host.machine())
        + text(host.pid())
        + "."
        + text(host.started().getEpochSecond())
        + ".";
  }

  private static void removeOrphans(Path parent, String machine) throws IOException {
    String prefix = ours(machine);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, prefix + "*.*.*")) {
      for (Path folder : folders) {
        String[] parts =
            folder.getFileName().toString().substring(prefix.length()).split("\\.", -1);
        if (maker(machine, parts).filter(HostProcess::gone).isPresent()) {
          new RunFolder(folder).close();
        }
      }
    }
  }

  private static Optional<HostProcess> maker(String machine, String[] parts) {
    try {
      return Optional.of(
          new HostProcess(
              machine,
              Long.parseLong(parts[0], RADIX),
              Instant.ofEpochSecond(Long.parseLong(parts[1], RADIX))));
    } catch (NumberFormatException foreign) {
      return Optional.empty();
    }
  }

  private static String ours(String machine) {
    return PREFIX + Integer.toUnsignedString(machine.hashCode(), RADIX) + ".";
  }

  private static String text(long number) {
    return Long.toString(number, RADIX);
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
