package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import dev.osiris.host.sandbox.GrantAccess;
import dev.osiris.host.sandbox.Handshake;
import dev.osiris.host.sandbox.LineSplitter;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.host.sandbox.SandboxParts;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.WorkerLog;
import dev.osiris.unit.DurationText;
import dev.osiris.unit.Secret;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A worker in a container that was created and is started by this. */
final class DockerSandbox implements Sandbox {
  private static final System.Logger LOG = System.getLogger(DockerSandbox.class.getName());
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(2);

  private final Container container;
  private final ContainerSpec spec;
  private final WorkerLog log;
  private final Secret token;
  private final List<String> notes;
  private final SandboxParts parts;
  private final Consumer<Sandbox> onClose;
  private final ContainerEnd end;
  private final Output output = new Output();
  private final CompletableFuture<Handshake> handshake = new CompletableFuture<>();
  private final CompletableFuture<Void> outputEnded = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private volatile @Nullable WorkerAddress address;

  /**
   * @param parts closed with this
   */
  DockerSandbox(
      Container container,
      ContainerSpec spec,
      WorkerLog log,
      Secret token,
      List<String> notes,
      SandboxParts parts,
      Consumer<Sandbox> onClose) {
    this.container = container;
    this.spec = spec;
    this.log = log;
    this.token = token;
    this.notes = List.copyOf(notes);
    this.parts = parts;
    this.onClose = onClose;
    this.end = new ContainerEnd(spec.sandbox().memory());
  }

  /**
   * Starts the container and waits for the worker's first line; closes this when it does not come.
   *
   * @param reach finds the way to a worker that listens
   */
  void awaitReady(Duration timeout, Reach reach) throws SandboxException, InterruptedException {
    boolean ready = false;
    try {
      container.start(output, end);
      CompletableFuture.anyOf(handshake, end.exit()).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (end.exit().isDone()) {
        throw SandboxException.diedEarly(end.exit().join(), lastWords());
      }
      handshake.join().check(spec.listen());
      address = reach.address(container, spec, log::line);
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
    WorkerAddress known = address;
    if (known == null) {
      throw new IllegalStateException("the worker is not ready");
    }
    return known;
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
    return spec.disk().shared();
  }

  @Override
  public GrantAccess grantAccess() {
    return spec.disk().grantAccess();
  }

  @Override
  public CompletableFuture<SandboxExit> exit() {
    return end.exit().copy();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    // Else the request that removes it is given up as well.
    boolean interrupted = Thread.interrupted();
    container.remove(end);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    end.giveUp();
    // Before the connections they come on: what breaks then is no news.
    parts.own(output);
    parts.own(end);
    parts.close();
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
      LOG.log(System.Logger.Level.DEBUG, "the container's output broke off", problem);
      lines.end();
      outputEnded.complete(null);
    }
  }
}
