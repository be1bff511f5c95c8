package dev.osiris.worker.session;

import dev.osiris.worker.disk.Durable;
import dev.osiris.worker.disk.GrantedPaths;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.disk.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a session that may be fetched, and where files may be put. Every path is confined.
 */
public final class SessionFiles {

  private static final List<String> FETCHABLE = List.of("data", "artifacts", "logs");

  private final SessionDirectory directory;
  private final @Nullable GrantedPaths paths;

  /**
   * @param paths grants of the open session; {@code null} when it is not open, and then nothing can
   *     be put
   */
  public SessionFiles(SessionDirectory directory, @Nullable GrantedPaths paths) {
    this.directory = directory;
    this.paths = paths;
  }

  /** A file below {@code data/}, {@code artifacts/} or {@code logs/}. */
  public Path fetch(String relative) throws IOException {
    Path path = inside(relative);
    boolean known =
        FETCHABLE.stream().anyMatch(folder -> path.startsWith(directory.root().resolve(folder)));
    if (!known) {
      throw ProtocolViolation.invalid("'" + relative + "' is not below data/, artifacts/ or logs/");
    }
    if (!Files.isRegularFile(path)
        || !path.toRealPath().startsWith(directory.root().toRealPath())) {
      throw ProtocolViolation.notFound("the session has no file '" + relative + "'");
    }
    return path;
  }

  /**
   * Where an upload ends up: absolute below a writable grant, or relative below {@code artifacts/}.
   */
  public Path put(String target) throws IOException {
    if (paths == null) {
      throw ProtocolViolation.notFound("the session is not open in this worker");
    }
    if (target.startsWith("/")) {
      return paths.write(target, null);
    }
    Path path = inside(target);
    if (!path.startsWith(directory.artifacts()) || path.equals(directory.artifacts())) {
      throw ProtocolViolation.invalid("'" + target + "' is not below artifacts/");
    }
    Files.createDirectories(path.getParent());
    return path;
  }

  /**
   * Where the bytes of an upload wait until they are complete; the same for the same target and
   * content.
   */
  public Path partial(String target, String sha256) throws IOException {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw ProtocolViolation.invalid("sha256 must be 64 lower-case hexadecimal digits");
    }
    Path folder = Files.createDirectories(directory.temporary().resolve("uploads"));
    return folder.resolve(sha256 + "-" + Integer.toHexString(target.hashCode()));
  }

  /** Gives a complete upload its name, when it is what was announced. */
  public void complete(Path partial, Path target, long totalBytes, String sha256)
      throws IOException {
    if (Files.size(partial) != totalBytes || !Sha256.of(partial).equals(sha256)) {
      Files.deleteIfExists(partial);
      throw ProtocolViolation.damaged(
          "the upload does not have the size and digest that were announced; send it again");
    }
    Path beside = target.resolveSibling("." + partial.getFileName() + ".upload");
    Files.copy(partial, beside, StandardCopyOption.REPLACE_EXISTING);
    Durable.rename(beside, target);
    Files.deleteIfExists(partial);
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
