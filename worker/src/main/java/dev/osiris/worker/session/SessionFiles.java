package dev.osiris.worker.session;

import dev.osiris.grant.GrantedPaths;
import dev.osiris.step.StepId;
import dev.osiris.unit.Sha256;
import dev.osiris.worker.disk.Durable;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.disk.Uploads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of a session that may be fetched, and where files may be put. Every path is confined.
 */
public final class SessionFiles {

  private static final List<String> FETCHABLE = List.of("data", "artifacts", "logs");
  private static final String DATA = "data/";
  private static final String DUCKDB = ".duckdb";

  private final SessionDirectory directory;
  private final @Nullable GrantedPaths paths;
  private final Uploads uploads;

  /**
   * @param paths grants of the open session; {@code null} when it is not open, and then files can
   *     be put only into its directory, to continue it
   */
  public SessionFiles(SessionDirectory directory, @Nullable GrantedPaths paths, Uploads uploads) {
    this.directory = directory;
    this.paths = paths;
    this.uploads = uploads;
  }

  /** What the host brings and has brought. */
  public Uploads uploads() {
    return uploads;
  }

  /**
   * A file below {@code data/}, {@code artifacts/} or {@code logs/}; or, by its absolute path, one
   * that a step has written below a staged folder.
   */
  public Path fetch(String wanted) throws IOException {
    if (wanted.startsWith("/") && paths != null) {
      return paths.fetch(wanted);
    }
    Path path = inside(wanted);
    boolean known =
        FETCHABLE.stream().anyMatch(folder -> path.startsWith(directory.root().resolve(folder)));
    if (!known) {
      throw ProtocolViolation.invalid("'" + wanted + "' is not below data/, artifacts/ or logs/");
    }
    if (!Files.isRegularFile(path)
        || !path.toRealPath().startsWith(directory.root().toRealPath())) {
      throw ProtocolViolation.notFound("the session has no file '" + wanted + "'");
    }
    return path;
  }

  /**
   * Where an upload ends up: absolute below a staged or a writable grant, or relative below {@code
   * artifacts/}; while the session is not open also its data files and logs. Its folder is made.
   */
  public Path put(String target) throws IOException {
    return uploads.whileOpen(() -> placeFor(target));
  }

  private Path placeFor(String target) throws IOException {
    if (target.startsWith("/")) {
      if (paths == null) {
        throw ProtocolViolation.notFound("the session is not open in this worker");
      }
      return paths.bring(target);
    }
    Path path = inside(target);
    boolean artifact =
        path.startsWith(directory.artifacts()) && !path.equals(directory.artifacts());
    if (!artifact && !(paths == null && isContinued(target))) {
      throw ProtocolViolation.invalid(
          "'"
              + target
              + "' is not below artifacts/"
              + (paths == null ? ", no data/<step_id>.duckdb and no log" : ""));
    }
    Path folder = Files.createDirectories(path.resolveSibling(".")).toRealPath();
    if (!folder.startsWith(directory.root())
        || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw ProtocolViolation.invalid("'" + target + "' cannot be a file of the session");
    }
    return path;
  }

  private static boolean isContinued(String target) {
    if (Set.of("logs/events.jsonl", "logs/metrics.jsonl").contains(target)) {
      return true;
    }
    return target.startsWith(DATA)
        && target.endsWith(DUCKDB)
        && StepId.problem(target.substring(DATA.length(), target.length() - DUCKDB.length()))
            .isEmpty();
  }

  /**
   * Where the bytes of an upload wait until they are complete; the same for the same target and
   * content.
   *
   * @param content names it: its digest, or the host's own id
   */
  public Path partial(String target, String content) throws IOException {
    if (!content.matches("[A-Za-z0-9._-]{1,128}")) {
      throw ProtocolViolation.invalid(
          "an upload needs a sha256, or an upload_id of 1 to 128 letters, digits, '.', '_' or '-'");
    }
    MessageDigest name = Sha256.start();
    name.update((content + "\n" + target).getBytes(StandardCharsets.UTF_8));
    return directory.temporary().resolve("uploads").resolve(Sha256.finish(name));
  }

  /** Gives a complete upload its name. */
  public void complete(Path partial, String target) throws IOException {
    uploads.whileOpen(() -> {
      Path place = placeFor(target);
      move(partial, place);
      return place;
    });
  }

  private void move(Path partial, Path target) throws IOException {
    if (paths != null && paths.isStaged(target)) {
      // The host has the original: nothing is lost with this copy.
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      rename(partial, target);
    }
    uploads.end(partial, target);
  }

  /** Removes what the host has brought below a staged folder; it may be gone already. */
  public void remove(String target) throws IOException {
    Path copy = put(target);
    if (paths == null || !paths.isStaged(copy)) {
      throw ProtocolViolation.invalid("'" + target + "' is not below a staged folder");
    }
    Files.deleteIfExists(copy);
    uploads.removed(copy);
  }

  private static void rename(Path partial, Path target) throws IOException {
    try {
      Durable.rename(partial, target);
    } catch (AtomicMoveNotSupportedException otherDisk) {
      Path beside = target.resolveSibling("." + partial.getFileName() + ".upload");
      Files.copy(partial, beside, StandardCopyOption.REPLACE_EXISTING);
      Durable.rename(beside, target);
      Files.deleteIfExists(partial);
    }
  }

  private Path inside(String relative) {
    try {
      Path path = directory.root().resolve(relative).normalize();
      if (relative.isBlank() || !path.startsWith(directory.root())) {
        throw ProtocolViolation.invalid("'" + relative + "' leads out of the session directory");
      }
      return path;
    } catch (InvalidPathException e) {
      throw ProtocolViolation.invalid("'" + relative + "' is no path");
    }
  }
}
