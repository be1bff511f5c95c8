package dev.osiris.worker.duckdb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Named sets of words from a resource beside this class: {@code [name]} opens a set, words follow
 * between spaces, a line that starts with {@code "# "} is a comment. Immutable.
 */
record WordLists(Map<String, Set<String>> sets) {

  static WordLists load(String resource) {
    try (InputStream in = WordLists.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the jar");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WordLists parse(String text) {
    Map<String, Set<String>> sets = new LinkedHashMap<>();
    Set<String> current = new HashSet<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("[")) {
        current = sets.computeIfAbsent(line.substring(1, line.indexOf(']')), n -> new HashSet<>());
      } else if (!line.isBlank() && !line.startsWith("# ")) {
        current.addAll(Arrays.asList(line.strip().split(" +")));
      }
    }
    sets.replaceAll((name, words) -> Set.copyOf(words));
    return new WordLists(Map.copyOf(sets));
  }

  Set<String> get(String name) {
    Set<String> words = sets.get(name);
    if (words == null) {
      throw new IllegalStateException("no section [" + name + "]");
    }
    return words;
  }
}
