package dev.osiris.host.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a pipeline belongs to: relative paths resolve against it.
 *
 * @param folder real path of an existing folder
 */
public record Project(Path folder) {

  public static final String SETTINGS = "osiris.yaml";
  public static final String CONNECTIONS = "osiris_connections.yaml";

  /** The variable that names a folder whose connections come before those of any project. */
  public static final String HOME = "OSIRIS_HOME";

  /**
   * The project of an existing folder.
   *
   * @throws IOException when it is not a folder
   */
  public static Project of(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new IOException(folder + " is not a folder");
    }
    return new Project(real);
  }

  /**
   * The nearest folder from {@code start} upwards that holds one of the two files, else the start.
   */
  static Path nearest(Path start) {
    return upwards(start, SETTINGS, CONNECTIONS).orElse(start);
  }

  /**
   * The connections file: that of a home, else the nearest upwards from the pipeline, else from the
   * project, else that of the working folder or one above it.
   *
   * @param home {@code null} when {@link #HOME} is not set
   */
  public Optional<Path> connections(@Nullable Path home, Path pipelineFolder, Path workingFolder) {
    return Optional.ofNullable(home)
        .filter(folder -> Files.isRegularFile(folder.resolve(CONNECTIONS)))
        .or(() -> upwards(pipelineFolder, CONNECTIONS))
        .or(() -> upwards(folder, CONNECTIONS))
        .or(() -> upwards(workingFolder, CONNECTIONS))
        .map(found -> found.resolve(CONNECTIONS));
  }

  private static Optional<Path> upwards(Path start, String... names) {
    for (Path folder = start.toAbsolutePath().normalize();
        folder != null;
        folder = folder.getParent()) {
      for (String name : names) {
        if (Files.isRegularFile(folder.resolve(name))) {
          return Optional.of(folder);
        }
      }
    }
    return Optional.empty();
  }
}
