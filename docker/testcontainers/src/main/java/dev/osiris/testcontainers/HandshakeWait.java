package dev.osiris.testcontainers;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import dev.osiris.host.sandbox.Handshake;
import dev.osiris.host.sandbox.LineSplitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * Waits until the worker says where it listens, or has ended: the library's own waiting for a line
 * does not see the end.
 */
final class HandshakeWait extends AbstractWaitStrategy {

  @Override
  protected void waitUntilReady() {
    try (Output output = new Output()) {
      waitStrategyTarget
          .getDockerClient()
          .logContainerCmd(waitStrategyTarget.getContainerId())
          .withFollowStream(true)
          .withStdOut(true)
          .withStdErr(true)
          .exec(output);
      if (!output.serves.get(startupTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ContainerLaunchException(
            "The worker ended before it served: " + output.firstWords());
      }
    } catch (TimeoutException e) {
      throw new ContainerLaunchException(
          "The worker did not serve within " + startupTimeout.toSeconds() + " s.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerLaunchException("Nobody waits for the worker any more.", e);
    } catch (ExecutionException | IOException e) {
      throw new ContainerLaunchException("The worker's output cannot be read.", e);
    }
  }

  private static final class Output extends ResultCallback.Adapter<Frame> {
    private static final int FIRST = 5;

    private final CompletableFuture<Boolean> serves = new CompletableFuture<>();
    private final List<String> first = new ArrayList<>();
    private final LineSplitter lines =
        new LineSplitter(line -> {
          if (first.size() < FIRST) {
            first.add(line);
          }
          Handshake.parse(line).ifPresent(found -> serves.complete(true));
        });

    @Override
    public void onNext(Frame frame) {
      lines.accept(frame.getPayload());
    }

    @Override
    public void onComplete() {
      lines.end();
      serves.complete(false);
      super.onComplete();
    }

    @Override
    public void onError(Throwable problem) {
      serves.completeExceptionally(problem);
      super.onError(problem);
    }

    /** Once the output has ended; a worker that refuses says why before it prints its usage. */
    String firstWords() {
      return String.join("\n", first);
    }
  }
}
