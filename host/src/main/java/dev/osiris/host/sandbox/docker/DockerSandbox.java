package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.WaitResponse;
import dev.osiris.host.sandbox.Handshake;
import dev.osiris.host.sandbox.LineSplitter;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.WorkerLog;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import dev.osiris.unit.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A worker in a container that was created and is started by this. */
final class DockerSandbox implements Sandbox {
  private static final System.Logger LOG = System.getLogger(DockerSandbox.class.getName());
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(2);

  private final DockerClient docker;
  private final String id;
  private final RunFolder folder;
  private final WorkerLog log;
  private final Secret token;
  private final ByteSize memory;
  private final List<String> notes;
  private final Consumer<Sandbox> onClose;
  private final CompletableFuture<Handshake> handshake = new CompletableFuture<>();
  private final CompletableFuture<SandboxExit> exit = new CompletableFuture<>();
  private final CompletableFuture<Void> outputEnded = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  DockerSandbox(
      DockerClient docker,
      String id,
      ContainerSpec spec,
      WorkerLog log,
      Secret token,
      Consumer<Sandbox> onClose) {
    this.docker = docker;
    this.id = id;
    this.folder = spec.folder();
    this.log = log;
    this.token = token;
    this.memory = spec.sandbox().memory();
    this.notes = spec.notes();
    this.onClose = onClose;
  }

  /**
   * Starts the container and waits for the worker's first line; closes this when it does not come.
   */
  void awaitReady(Duration timeout) throws SandboxException, InterruptedException {
    boolean ready = false;
    try {
      docker.startContainerCmd(id).exec();
      docker
          .logContainerCmd(id)
          .withStdOut(true)
          .withStdErr(true)
          .withFollowStream(true)
          .exec(new Output());
      docker.waitContainerCmd(id).exec(new End());
      CompletableFuture.anyOf(handshake, exit).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (exit.isDone()) {
        throw SandboxException.diedEarly(exit.join(), lastWords());
      }
      handshake.join().check(new WorkerAddress.Unix(Path.of(ContainerSpec.SOCKET)));
      ready = true;
    } catch (TimeoutException e) {
      throw SandboxException.tooSlow(DurationText.of(timeout), log.tail());
    } catch (ExecutionException e) {
      throw new IllegalStateException("neither future completes exceptionally", e);
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  @Override
  public String kind() {
    return "docker";
  }

  @Override
  public WorkerAddress address() {
    return new WorkerAddress.Unix(folder.socket());
  }

  @Override
  public Secret token() {
    return token;
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public boolean sharesDisk() {
    return true;
  }

  @Override
  public CompletableFuture<SandboxExit> exit() {
    return exit.copy();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    } catch (DockerException e) {
      LOG.log(System.Logger.Level.DEBUG, "container {0} is gone already: {1}", id, e.toString());
    }
    exit.complete(new SandboxExit(null, false, memory, null));
    try {
      folder.close();
      log.close();
      docker.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing: {0}", e.toString());
    }
    onClose.accept(this);
  }

  private String lastWords() throws InterruptedException {
    try {
      outputEnded.get(LAST_OUTPUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "the container's output has no end: {0}", e.toString());
    }
    return log.tail();
  }

  private SandboxExit inspect() {
    try {
      InspectContainerResponse.ContainerState state =
          docker.inspectContainerCmd(id).exec().getState();
      Long code = state.getExitCodeLong();
      return new SandboxExit(
          code == null ? null : code.intValue(),
          Boolean.TRUE.equals(state.getOOMKilled()),
          memory,
          null);
    } catch (RuntimeException e) {
      // Removed by somebody, or the engine is gone: it has ended, and nothing tells how.
      return new SandboxExit(null, false, memory, null);
    }
  }

  private final class Output extends ResultCallback.Adapter<Frame> {
    private final LineSplitter lines =
        new LineSplitter(line -> {
          log.line(line);
          Handshake.parse(line).ifPresent(handshake::complete);
        });

    @Override
    public void onNext(Frame frame) {
      lines.accept(frame.getPayload());
    }

    @Override
    public void onComplete() {
      lines.end();
      outputEnded.complete(null);
      super.onComplete();
    }

    @Override
    public void onError(Throwable problem) {
      outputEnded.complete(null);
      super.onError(problem);
    }
  }

  private final class End extends ResultCallback.Adapter<WaitResponse> {
    @Override
    public void onComplete() {
      exit.complete(inspect());
      super.onComplete();
    }

    @Override
    public void onError(Throwable problem) {
      exit.complete(inspect());
      super.onError(problem);
    }
  }
}
