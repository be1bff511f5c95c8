package dev.osiris.host.run.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.osiris.session.SessionId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** The directory of one session, held by this process, and the files in it that the host writes. */
public final class SessionFolder implements AutoCloseable {
  static final String STATUS = "status.json";
  static final String MANIFEST = "manifest.yaml";
  static final String LOCK = ".lock";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final SessionId session;
  private final Path path;
  private final FileHold lock;
  private final HostLog log;

  private SessionFolder(SessionId session, Path path, FileHold lock, HostLog log) {
    this.session = session;
    this.path = path;
    this.lock = lock;
    this.log = log;
  }

  /**
   * Makes the directory of a new session and locks it.
   *
   * @throws SessionInUse when there is one of that id
   */
  public static SessionFolder create(Path root, SessionId session, InstantSource clock)
      throws IOException, SessionInUse {
    Files.createDirectories(root);
    Path path = root.toRealPath().resolve(session.value());
    try {
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException e) {
      throw FileHold.owner(path.resolve(LOCK))
          .map(pid -> SessionInUse.locked(session.value(), pid.toString()))
          .orElseGet(() -> SessionInUse.exists(session.value()));
    }
    FileHold lock =
        FileHold.take(path.resolve(LOCK))
            .orElseThrow(
                () -> SessionInUse.locked(session.value(), FileHold.ownerText(path.resolve(LOCK))));
    boolean done = false;
    try {
      SessionFolder folder =
          new SessionFolder(
              session, path, lock, new HostLog(path.resolve("logs/host.jsonl"), clock));
      done = true;
      return folder;
    } finally {
      if (!done) {
        lock.close();
      }
    }
  }

  public SessionId session() {
    return session;
  }

  /** Absolute, symbolic links resolved. */
  public Path path() {
    return path;
  }

  public HostLog log() {
    return log;
  }

  public void writeManifest(String yaml) throws IOException {
    WholeFile.write(path.resolve(MANIFEST), yaml);
  }

  /** Says how the run ended; whoever reads sees the old file or the new one. */
  public void writeStatus(JsonNode status) throws IOException {
    WholeFile.write(path.resolve(STATUS), JSON.writeValueAsString(status) + "\n");
  }

  /**
   * Removes what a worker that is gone has left half done: unpublished files in {@code data/} and
   * its temporary folder. Only for the time after its sandbox has been closed.
   */
  public void sweep() throws IOException {
    Path data = path.resolve("data");
    // A worker may have put a link in its place.
    if (Files.isDirectory(data, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(data, SessionFolder::isHalfDone)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
    }
    deleteTree(path.resolve(".tmp"));
  }

  private static boolean isHalfDone(Path file) {
    String name = String.valueOf(file.getFileName());
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && (name.startsWith(".") || !name.endsWith(".duckdb"));
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** Lets go of a directory that was never used, and removes it. */
  public void discard() throws IOException {
    close();
    deleteTree(path);
  }

  @Override
  public void close() throws IOException {
    try (lock;
        log) {
      log.write("released", Map.of());
    }
  }
}
