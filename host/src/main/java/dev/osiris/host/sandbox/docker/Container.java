package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.EventType;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Ports;
import dev.osiris.host.sandbox.ByteStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A container that was created: what may be done with it. */
record Container(DockerEngine engine, DockerClient docker, String id) {
  private static final System.Logger LOG = System.getLogger(Container.class.getName());
  private static final Duration GOING = Duration.ofSeconds(10);

  /** Starts it, with its output and its end heard from the first moment on. */
  void start(ResultCallback.Adapter<Frame> output, ContainerEnd end) throws InterruptedException {
    docker
        .attachContainerCmd(id)
        .withStdOut(true)
        .withStdErr(true)
        .withFollowStream(true)
        .exec(output)
        .awaitStarted();
    docker
        .eventsCmd()
        .withContainerFilter(id)
        .withEventTypeFilter(EventType.CONTAINER)
        .withEventFilter(ContainerEnd.EVENTS)
        .exec(end)
        .awaitStarted();
    docker.startContainerCmd(id).exec();
  }

  /** The way to a worker that listens at a socket inside. */
  ByteStream.Opener bridge(String socket, Consumer<String> log) {
    return new ExecBridge(engine, docker, id, socket, log);
  }

  /** The port of this machine that the engine chose. */
  int publishedPort() {
    Ports.Binding[] bindings =
        docker
            .inspectContainerCmd(id)
            .exec()
            .getNetworkSettings()
            .getPorts()
            .getBindings()
            .get(ContainerSpec.PORT);
    if (bindings == null || bindings.length == 0) {
      throw new IllegalStateException("Docker published no port of container " + id);
    }
    return Integer.parseInt(bindings[0].getHostPortSpec());
  }

  /** Kills and removes it; waits until it is gone. */
  void remove(ContainerEnd end) {
    try {
      docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    } catch (NotFoundException e) {
      LOG.log(System.Logger.Level.DEBUG, "container {0} is gone already", id);
    } catch (ConflictException e) {
      // The engine is at it.
      await(end);
    } catch (DockerException e) {
      LOG.log(System.Logger.Level.WARNING, "container {0} may stay: {1}", id, e.getMessage());
    }
  }

  private void await(ContainerEnd end) {
    try {
      end.removed().get(GOING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(System.Logger.Level.WARNING, "container {0} is still being removed", id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
