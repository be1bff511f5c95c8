package dev.osiris.host.run.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.osiris.session.SessionId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the sessions below a root. Never writes, and never fails on what it finds there. */
public final class SessionStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;

  public SessionStore(Path root) {
    this.root = root.toAbsolutePath();
  }

  /** All sessions, the newest id last; empty when there is no such root. */
  public List<SessionSummary> list() throws IOException {
    List<SessionSummary> sessions = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return sessions;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, SessionStore::isSession)) {
      entries.forEach(path -> sessions.add(summary(path)));
    }
    sessions.sort(Comparator.comparing(SessionSummary::id));
    return sessions;
  }

  /** The session of that id, or the newest one for {@code last}. */
  public Optional<SessionSummary> find(String id) throws IOException {
    List<SessionSummary> all = list();
    if (id.equals("last")) {
      return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }
    return all.stream().filter(session -> session.id().equals(id)).findFirst();
  }

  public Path root() {
    return root;
  }

  private static SessionSummary summary(Path path) {
    JsonNode status = status(path);
    Long pid = FileHold.owner(path.resolve(SessionFolder.LOCK)).orElse(null);
    String state = "dead";
    if (pid != null) {
      state = "running";
    } else if (status != null) {
      state = status.path("status").asText("dead");
    }
    return new SessionSummary(String.valueOf(path.getFileName()), path, state, pid, status);
  }

  private static @Nullable JsonNode status(Path path) {
    try {
      JsonNode node = JSON.readTree(path.resolve(SessionFolder.STATUS).toFile());
      return node != null && node.isObject() ? node : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean isSession(Path path) {
    try {
      var unused = new SessionId(String.valueOf(path.getFileName()));
    } catch (IllegalArgumentException e) {
      return false;
    }
    return Files.isDirectory(path)
        && (Files.exists(path.resolve(SessionFolder.MANIFEST))
            || Files.exists(path.resolve(SessionFolder.STATUS))
            || Files.isDirectory(path.resolve("logs")));
  }
}
