package dev.osiris.e2e.harness.database;

import dev.osiris.e2e.harness.Docker;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Images that a server may be started from. Tests pull none: {@code scripts/database-images} does,
 * or builds a stand-in.
 *
 * @param variable of the environment that names one
 * @param names what is taken without it: the first that the engine has
 */
record ServerImage(String variable, List<String> names) {

  static final ServerImage POSTGRES =
      new ServerImage("OSIRIS_POSTGRES_IMAGE", List.of("postgres:17", "osiris-postgres-standin"));
  static final ServerImage MARIADB =
      new ServerImage("OSIRIS_MARIADB_IMAGE", List.of("mariadb:11.8", "osiris-mariadb-standin"));

  /** The image to start; empty when the engine has none of them, or there is no engine. */
  Optional<String> find() {
    return candidates().filter(Docker::hasImage).findFirst();
  }

  /** Why no server can be started. */
  String missing() {
    return "no Docker engine has "
        + String.join(" or ", candidates().toList())
        + "; scripts/database-images pulls or builds one";
  }

  private Stream<String> candidates() {
    return Optional.ofNullable(System.getenv(variable)).map(Stream::of).orElseGet(names::stream);
  }
}
