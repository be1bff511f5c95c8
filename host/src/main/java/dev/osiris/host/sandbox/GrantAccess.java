package dev.osiris.host.sandbox;

import dev.osiris.session.Grant;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How the worker of a sandbox gets at the granted folders of this host. */
public sealed interface GrantAccess {

  /** It reads and writes them itself. */
  record Shared() implements GrantAccess {}

  /** It sees none of them: the host brings what is read and fetches what is written. */
  record Staged() implements GrantAccess {}

  /**
   * It reads there what its user may read. The host brings the rest, and fetches what is written.
   *
   * @param readable whether that user may read a file of a granted folder
   */
  record Seen(Predicate<Path> readable) implements GrantAccess {}

  /** The grants as the worker is told them. */
  default List<Grant> told(List<Grant> grants) {
    return switch (this) {
      case Shared() -> grants;
      case Staged() -> grants.stream().map(Grant::asStaged).toList();
      case Seen seen ->
          grants.stream()
              .flatMap(grant -> Stream.of(new Grant(grant.path(), false), grant.asStaged()))
              .toList();
    };
  }
}
