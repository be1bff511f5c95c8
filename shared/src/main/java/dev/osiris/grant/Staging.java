package dev.osiris.grant;

import java.nio.file.Path;

/**
 * The folder in which a worker keeps files of the host's folders that it cannot see: a path of the
 * host has its place below it. Nobody but the worker learns of the places.
 *
 * @param root absolute, without links
 */
public record Staging(Path root) {

  /** Where a file of the host is kept; detours through {@code ..} are taken out of its path. */
  Path place(Path host) {
    Path plain = host.normalize();
    Path top = plain.getRoot();
    return root.resolve(top == null ? plain : top.relativize(plain));
  }

  /** The path that the host knows a place by. */
  Path host(Path place) {
    return Path.of("/").resolve(root.relativize(place));
  }

  boolean holds(Path place) {
    return place.startsWith(root);
  }

  /** A text in which every place has become the path that the host knows. */
  String hostNames(String text) {
    return text.replace(root + "/", "/").replace(root.toString(), "/");
  }
}
