package dev.osiris.worker.disk;

import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The folders of one session on disk, and the names in them. Immutable. */
public record SessionDirectory(SessionId id, Path root) {

  /** Begins the name of a worker's folder of DuckDB's temporary files; its pid follows. */
  public static final String SPILL_PREFIX = ".spill-";

  /** Creates what is missing of the session's folders below the session root. */
  public static SessionDirectory create(Path sessionRoot, SessionId id) throws IOException {
    SessionDirectory directory = below(sessionRoot, id);
    Files.createDirectories(directory.data());
    Files.createDirectories(directory.artifacts());
    Files.createDirectories(directory.logs());
    deleteTree(directory.temporary());
    directory.removeDeadSpill();
    Files.createDirectories(directory.temporary());
    return directory;
  }

  /** The folders of a session, existing or not. */
  public static SessionDirectory below(Path sessionRoot, SessionId id) throws IOException {
    Path root = Files.exists(sessionRoot) ? sessionRoot.toRealPath() : sessionRoot.toAbsolutePath();
    return new SessionDirectory(id, root.resolve(id.value()));
  }

  public Path data() {
    return root.resolve("data");
  }

  public Path artifacts() {
    return root.resolve("artifacts");
  }

  public Path artifacts(StepId step) {
    return artifacts().resolve(step.value());
  }

  public Path logs() {
    return root.resolve("logs");
  }

  public Path journal() {
    return logs().resolve("events.jsonl");
  }

  public Path metrics() {
    return logs().resolve("metrics.jsonl");
  }

  /**
   * Spill files and half-made outputs; on the same disk as the rest, gone when the session ends.
   */
  public Path temporary() {
    return root.resolve(".tmp");
  }

  /** Files of the host's folders that the worker cannot see; temporary, too. */
  public Path staged() {
    return temporary().resolve("staged");
  }

  /** The path of a step's DuckDB file as events name it. */
  public static String dataPath(StepId step) {
    return "data/" + step.value() + ".duckdb";
  }

  /** Removes the session's temporary files; published ones stay. */
  public void removeTemporary() throws IOException {
    deleteTree(temporary());
  }

  /** A worker that was killed cannot remove its spill files; nobody reads them. */
  private void removeDeadSpill() throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, SPILL_PREFIX + "*")) {
      for (Path folder : folders) {
        String pid = folder.getFileName().toString().substring(SPILL_PREFIX.length());
        boolean alive =
            pid.matches("[0-9]{1,18}")
                && ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
        if (!alive) {
          deleteTree(folder);
        }
      }
    }
  }

  /**
   * Removes a folder and all in it; a folder that is not there is fine. Links are removed, not
   * followed.
   */
  public static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
