package dev.osiris.session;

/**
 * A folder that the session's steps may reach.
 *
 * @param path absolute, as the host names it; the worker names it the same
 * @param writable whether files may be written below it
 * @param staged whether the folder is the host's alone: the worker has what the host has uploaded,
 *     and what its own steps have written
 */
public record Grant(String path, boolean writable, boolean staged) {

  /** A folder that host and worker share. */
  public Grant(String path, boolean writable) {
    this(path, writable, false);
  }

  /** The same folder, where the worker cannot see it. */
  public Grant asStaged() {
    return new Grant(path, writable, true);
  }
}
