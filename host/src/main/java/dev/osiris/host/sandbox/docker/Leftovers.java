package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * Containers of hosts that were killed: their workers' leases have ended, and nobody removes them.
 */
final class Leftovers {
  // Longer than any host needs to read how its own container has ended.
  private static final Duration AGE = Duration.ofMinutes(10);

  private Leftovers() {}

  static void remove(DockerClient docker, Instant now) {
    List<Container> ended =
        docker
            .listContainersCmd()
            .withShowAll(true)
            .withLabelFilter(List.of("osiris"))
            .withStatusFilter(List.of("exited", "dead"))
            .exec();
    for (Container container : ended) {
      try {
        String finished =
            docker.inspectContainerCmd(container.getId()).exec().getState().getFinishedAt();
        if (finished != null && Instant.parse(finished).isBefore(now.minus(AGE))) {
          docker.removeContainerCmd(container.getId()).exec();
        }
      } catch (DockerException | DateTimeParseException e) {
        // Another host was faster, or the engine is busy with it: the next start asks again.
        System.getLogger(Leftovers.class.getName())
            .log(System.Logger.Level.DEBUG, "{0} stays: {1}", container.getId(), e.toString());
      }
    }
  }
}
