package dev.osiris.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of the outside that a step may touch, and files that it publishes. Every path is checked
 * against the grants.
 */
public interface StepFiles {

  /**
   * The existing files that a path or glob of the configuration names, sorted; relative ones
   * resolve against the step's base folder.
   *
   * @throws dev.osiris.failure.StepException {@code FILE_NOT_FOUND}, {@code FILE_UNREADABLE} or
   *     {@code PATH_REFUSED}
   */
  List<Path> read(String pathOrGlob) throws IOException;

  /**
   * Begins a file that appears at its place whole or not at all.
   *
   * @throws dev.osiris.failure.StepException {@code FILE_UNWRITABLE} or {@code PATH_REFUSED}
   */
  Target write(String path) throws IOException;

  /**
   * Begins a file that this step publishes for later steps as {@code artifacts/<step_id>/<name>};
   * it appears when the step succeeds.
   */
  Path publish(String name) throws IOException;

  /**
   * A file on its way to its place. Closing it without {@link #commit} leaves the old file, or
   * none.
   */
  interface Target extends AutoCloseable {

    /** Where to write: beside the target, on the same disk. */
    Path path();

    /** Makes the file durable, renames it to its place and reports it. */
    void commit(long rows) throws IOException;

    @Override
    void close() throws IOException;
  }
}
