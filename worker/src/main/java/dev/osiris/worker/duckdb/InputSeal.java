package dev.osiris.worker.duckdb;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the inputs looked before a pipeline's SQL ran: should the gate and the lock both fail, a file
 * that was written to is noticed. DuckDB changes the headers in the first 12 KiB of a file with
 * every write.
 */
final class InputSeal {

  private static final int HEADERS = 12 << 10;

  private final Map<Path, State> before = new LinkedHashMap<>();

  private record State(long size, FileTime modified, int headers) {}

  static InputSeal of(Collection<Path> files) {
    InputSeal seal = new InputSeal();
    files.forEach(file -> seal.before.put(file, state(file)));
    return seal;
  }

  /**
   * Looks again.
   *
   * @throws StepException {@code DATA_CORRUPT} when a file has changed
   */
  void check() {
    before.forEach((file, state) -> {
      if (!state.equals(state(file))) {
        throw StepException.of(
            FailureCode.DATA_CORRUPT,
            "input file " + file.getFileName() + " has changed while the query ran");
      }
    });
  }

  private static State state(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new State(
          attributes.size(),
          attributes.lastModifiedTime(),
          Arrays.hashCode(in.readNBytes(HEADERS)));
    } catch (java.nio.file.NoSuchFileException e) {
      throw StepException.of(
          FailureCode.INPUT_MISSING, "there is no input file " + file.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
