package dev.osiris.host.catalog;

import dev.osiris.component.ComponentSpec;

/** Reads a component's YAML. */
@FunctionalInterface
public interface ComponentReader {

  /**
   * Reads one component.
   *
   * @param source for messages: a file, or a jar and its entry
   * @throws RuntimeException whose message names all problems
   */
  ComponentSpec read(String source, String yaml);
}
