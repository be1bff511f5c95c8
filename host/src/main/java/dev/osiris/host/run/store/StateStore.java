package dev.osiris.host.run.store;

import dev.osiris.unit.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The states of pipelines below a root of sessions: {@code .state/<pipeline>.json}, one file a
 * pipeline, since what the steps of one run have read counts together or not at all. No session has
 * a name that begins with a dot.
 */
public final class StateStore {

  private static final String FOLDER = ".state";
  private static final String SUFFIX = ".json";
  private static final String LOCK = ".lock";

  /** Longer names end in their hash, so that a disk takes them. */
  private static final int MOST = 160;

  private final Path folder;

  public StateStore(Path sessionRoot) {
    this.folder = sessionRoot.toAbsolutePath().resolve(FOLDER);
  }

  public Path folder() {
    return folder;
  }

  /** All pipelines that have one, by name. */
  public List<PipelineState> list() throws IOException {
    List<PipelineState> states = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[!.]*" + SUFFIX)) {
        for (Path file : files) {
          states.add(PipelineState.read(file));
        }
      }
    }
    states.sort(Comparator.comparing(PipelineState::pipeline));
    return states;
  }

  /** Whether a pipeline has one, readable or not. */
  public boolean exists(String pipeline) {
    return Files.exists(file(pipeline));
  }

  /** Empty for a pipeline that has none. */
  public Optional<PipelineState> find(String pipeline) throws IOException {
    Path file = file(pipeline);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    PipelineState state = PipelineState.read(file);
    if (!state.pipeline().equals(pipeline)) {
      throw new FileSystemException(
          file.toString(), null, "belongs to pipeline '" + state.pipeline() + "'");
    }
    return Optional.of(state);
  }

  /**
   * Takes a pipeline's state for one user.
   *
   * @throws SessionInUse naming the process that has it
   */
  public Held hold(String pipeline) throws IOException, SessionInUse {
    Files.createDirectories(folder);
    Path lock = folder.resolve(name(pipeline) + LOCK);
    FileHold hold =
        FileHold.take(lock)
            .orElseThrow(() -> SessionInUse.state(pipeline, FileHold.ownerText(lock)));
    return new Held(pipeline, hold);
  }

  /** One pipeline's state while nobody else may read or change it. */
  public final class Held implements AutoCloseable {
    private final String pipeline;
    private final FileHold hold;

    private Held(String pipeline, FileHold hold) {
      this.pipeline = pipeline;
      this.hold = hold;
    }

    public Optional<PipelineState> read() throws IOException {
      return find(pipeline);
    }

    /** Puts a new one in its place, all of it or nothing; it is on the disk then. */
    public void write(PipelineState state) throws IOException {
      WholeFile.write(file(pipeline), state.json());
      WholeFile.forceFolder(folder);
    }

    /** Removes it, also where it cannot be read. */
    public void delete() throws IOException {
      Files.deleteIfExists(file(pipeline));
      WholeFile.forceFolder(folder);
    }

    @Override
    public void close() throws IOException {
      hold.close();
    }
  }

  private Path file(String pipeline) {
    return folder.resolve(name(pipeline) + SUFFIX);
  }

  /** Pipelines may have any name: what is no plain character of a file name is written as %XX. */
  private static String name(String pipeline) {
    StringBuilder name = new StringBuilder();
    for (byte octet : pipeline.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xFF);
      boolean plain =
          c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.';
      boolean first = name.isEmpty();
      // Upper case, too: not every disk tells it from lower case.
      name.append(
          plain && !(first && c == '.')
              ? String.valueOf(c)
              : String.format(Locale.ROOT, "%%%02x", (int) c));
    }
    if (name.length() <= MOST) {
      return name.toString();
    }
    MessageDigest digest = Sha256.start();
    digest.update(pipeline.getBytes(StandardCharsets.UTF_8));
    return name.substring(0, MOST) + "-" + Sha256.finish(digest);
  }
}
