package dev.osiris.host.catalog;

/** Reads the YAML of a component or of a family of connections. */
@FunctionalInterface
public interface DocumentReader<T> {

  /**
   * Reads one document.
   *
   * @param source for messages: a file, or a jar and its entry
   * @throws RuntimeException whose message names all problems
   */
  T read(String source, String yaml);
}
