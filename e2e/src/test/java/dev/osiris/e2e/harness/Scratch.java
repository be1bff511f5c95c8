package dev.osiris.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * One short folder for everything that this JVM's tests and their children make, so that what is
 * left behind can be told from what others on the machine are doing. Every {@code @TempDir} is in
 * it (see {@code junit-platform.properties}), and so is the folder that the product takes for its
 * sockets.
 */
public final class Scratch implements TempDirFactory {

  private static final Path ROOT = create();

  /** The folder. Its name is short: the path of a Unix socket holds 107 bytes. */
  public static Path root() {
    return ROOT;
  }

  /** What host and workers take for the system's temporary folder. */
  public static Path temporary() {
    return ROOT.resolve("t");
  }

  /** A new folder below it. */
  public static Path folder(String prefix) {
    try {
      return Files.createTempDirectory(ROOT, prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) {
    return folder("d");
  }

  /** Removes a folder and all in it; links are removed, not followed. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> all = Files.walk(folder)) {
      paths = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  private static Path create() {
    try {
      Path root = Files.createTempDirectory("e2e").toRealPath();
      Files.createDirectory(root.resolve("t"));
      // Host code that runs in this JVM asks for it at each start of a worker.
      System.setProperty("java.io.tmpdir", root.resolve("t").toString());
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> deleteQuietly(root)));
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteQuietly(Path root) {
    try {
      delete(root);
    } catch (IOException e) {
      System.err.println("stays behind: " + root + " (" + e + ")");
    }
  }
}
