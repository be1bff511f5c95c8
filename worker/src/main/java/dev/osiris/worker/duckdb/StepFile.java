package dev.osiris.worker.duckdb;

import dev.osiris.step.StepId;
import dev.osiris.worker.disk.Durable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The DuckDB file of one attempt of a step, from its temporary name to its place.
 *
 * <p>Promises: a reader of {@code <step>.duckdb} sees the whole file of some attempt or none, also
 * after the machine has lost its power; once there it is not written again, only replaced.
 */
public final class StepFile {

  private static final String SUFFIX = ".duckdb";
  private static final String TEMPORARY = ".tmp";

  /** What DuckDB adds to a file's name for logs that it has not merged yet. */
  private static final List<String> LOGS = List.of(".wal", ".wal.checkpoint", ".wal.recovery");

  private static final int MAX_ATTEMPT = 40;

  private final Path directory;
  private final Path temporary;
  private final Path target;

  private StepFile(Path directory, Path temporary, Path target) {
    this.directory = directory;
    this.temporary = temporary;
    this.target = target;
  }

  /**
   * Names the files of an attempt; nothing is made yet, and what an earlier attempt of the same
   * name has left is removed.
   *
   * @param attempt of which letters and digits become part of the temporary name
   */
  public static StepFile begin(Path dataDirectory, StepId step, String attempt) throws IOException {
    String safe = attempt.replaceAll("[^A-Za-z0-9-]", "");
    String mark = safe.substring(0, Math.min(safe.length(), MAX_ATTEMPT));
    StepFile file =
        new StepFile(
            dataDirectory,
            dataDirectory.resolve("." + step.value() + "." + mark + SUFFIX + TEMPORARY),
            published(dataDirectory, step));
    file.discard();
    return file;
  }

  /** Where a step's published file is, or would be. */
  public static Path published(Path dataDirectory, StepId step) {
    return dataDirectory.resolve(step.value() + SUFFIX);
  }

  /** Where to write. */
  public Path path() {
    return temporary;
  }

  /** Where it appears. */
  public Path target() {
    return target;
  }

  public boolean exists() {
    return Files.exists(temporary);
  }

  /**
   * Puts the file in its place, over the file of an earlier attempt. Nobody may have it open for
   * writing, and its bytes are on the disk already: DuckDB forces them before it lets go of a file.
   *
   * @throws IOException also when DuckDB has left a log beside it: then it was not closed
   */
  public void publish() throws IOException {
    for (String log : LOGS) {
      if (Files.exists(beside(temporary, log))) {
        throw new IOException("the file has a write-ahead log; it was not closed");
      }
      // Of a file that is replaced now: DuckDB would replay it into the new one.
      delete(beside(target, log));
    }
    if (Files.getFileAttributeView(temporary, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r--r--r--"));
    }
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Durable.forceFolder(directory);
  }

  /** Removes what the attempt has written; does nothing once it is published. */
  public void discard() throws IOException {
    for (String log : LOGS) {
      delete(beside(temporary, log));
    }
    delete(temporary);
  }

  /**
   * Removes what dead attempts have left in a data directory: temporary files and DuckDB's logs.
   * Only for a time when no step runs.
   *
   * @return what was removed
   */
  public static List<Path> removeLeftovers(Path dataDirectory) throws IOException {
    List<Path> removed = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dataDirectory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.endsWith(TEMPORARY) || LOGS.stream().anyMatch(name::endsWith)) {
          Files.delete(file);
          removed.add(file);
        }
      }
    }
    return removed;
  }

  /** The write-ahead log that belongs to a DuckDB file. */
  static Path logOf(Path file) {
    return beside(file, LOGS.getFirst());
  }

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  /** Asks first: a missing file, the usual case, would cost an exception. */
  private static void delete(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(file);
    }
  }
}
