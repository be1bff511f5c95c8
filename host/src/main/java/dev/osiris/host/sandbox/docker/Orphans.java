package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import dev.osiris.host.sandbox.HostProcess;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Containers of hosts that were killed. Mostly there are none: the worker's lease ends, and the
 * engine removes a container that has ended. This is for those that never ran, or run still.
 */
final class Orphans {
  private static final System.Logger LOG = System.getLogger(Orphans.class.getName());
  static final String SESSION = "osiris";
  static final String MACHINE = "osiris.host.machine";
  static final String PID = "osiris.host.pid";
  static final String STARTED = "osiris.host.started";

  /** Of other machines' hosts nothing is known; none takes so long to start a container. */
  private static final Duration AGE = Duration.ofMinutes(10);

  // A worker that is told to stop takes at most as long.
  private static final int DRAIN_SECONDS = 15;

  private Orphans() {}

  static Map<String, String> labels(String session, HostProcess host) {
    return Map.of(
        SESSION,
        session,
        MACHINE,
        host.machine(),
        PID,
        Long.toString(host.pid()),
        STARTED,
        host.started().toString());
  }

  /** Removes them; returns how many. Those that run are told to stop, which nobody waits for. */
  static int remove(DockerClient docker) {
    List<Container> all =
        docker.listContainersCmd().withShowAll(true).withLabelFilter(List.of(SESSION)).exec();
    int removed = 0;
    for (Container container : all) {
      boolean running = "running".equals(container.getState());
      Instant created = Instant.ofEpochSecond(container.getCreated());
      if (!isOrphan(container.getLabels(), running, created, Instant.now())) {
        continue;
      }
      if (running) {
        // In order, so that its worker removes what it has on this machine's disk; the engine
        // removes the container then.
        Thread.ofVirtual().name("orphan").start(() -> stop(docker, container.getId()));
        removed++;
      } else {
        removed += remove(docker, container.getId());
      }
    }
    return removed;
  }

  static boolean isOrphan(
      Map<String, String> labels, boolean running, Instant created, Instant now) {
    return madeByTheDead(labels) || (!running && created.isBefore(now.minus(AGE)));
  }

  private static boolean madeByTheDead(Map<String, String> labels) {
    try {
      return new HostProcess(
              labels.getOrDefault(MACHINE, ""),
              Long.parseLong(labels.getOrDefault(PID, "")),
              Instant.parse(labels.getOrDefault(STARTED, "")))
          .gone();
    } catch (NumberFormatException | DateTimeException e) {
      return false;
    }
  }

  private static void stop(DockerClient docker, String id) {
    try {
      docker.stopContainerCmd(id).withTimeout(DRAIN_SECONDS).exec();
    } catch (RuntimeException e) {
      // Gone meanwhile, or this host has ended first: the engine goes on stopping it.
      LOG.log(System.Logger.Level.DEBUG, "{0} is not seen to stop: {1}", id, e.toString());
    }
  }

  private static int remove(DockerClient docker, String id) {
    try {
      docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
      return 1;
    } catch (DockerException e) {
      // Another host was faster, or the engine is busy with it: the next start asks again.
      LOG.log(System.Logger.Level.DEBUG, "{0} stays: {1}", id, e.toString());
      return 0;
    }
  }
}
