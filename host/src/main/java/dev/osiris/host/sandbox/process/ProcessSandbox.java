package dev.osiris.host.sandbox.process;

import dev.osiris.host.sandbox.Handshake;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.host.sandbox.SandboxParts;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.WorkerLog;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import dev.osiris.unit.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A worker that is a child process. */
final class ProcessSandbox implements Sandbox {
  /** A worker whose standard input has ended stops within a second; then it is killed. */
  private static final Duration GOING = Duration.ofSeconds(3);

  private final Process process;
  private final WorkerLog log;
  private final SandboxParts parts;
  private final Secret token;
  private final Thread drain;
  private final CompletableFuture<Handshake> handshake = new CompletableFuture<>();
  private final CompletableFuture<SandboxExit> exit = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private volatile @Nullable WorkerAddress address;

  /**
   * @param parts closed with this
   * @param cgroup one of the parts, when there is one
   */
  ProcessSandbox(
      Process process,
      WorkerLog log,
      SandboxParts parts,
      @Nullable MemoryCgroup cgroup,
      Secret token,
      ByteSize memory) {
    this.process = process;
    this.log = log;
    this.parts = parts;
    this.token = token;
    this.drain = Thread.ofVirtual().name("worker-output").start(this::drain);
    // Not onExit(): it needs the common pool, and a program that keeps that busy would never hear
    // that its worker is gone.
    Thread.ofVirtual()
        .name("worker-exit")
        .start(() -> exit.complete(exitOf(exitCode(process), cgroup, memory)));
  }

  private static int exitCode(Process process) {
    while (true) {
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        // Nobody has this thread to interrupt it.
        continue;
      }
    }
  }

  /** Waits for the worker's first line; closes this when it does not come. */
  void awaitReady(WorkerAddress told, Duration timeout)
      throws SandboxException, InterruptedException {
    boolean ready = false;
    try {
      CompletableFuture.anyOf(handshake, exit).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      // Both may have happened, and the end is what counts then.
      if (exit.isDone()) {
        throw SandboxException.diedEarly(exit.join(), lastWords());
      }
      Handshake said = handshake.join();
      said.check(told);
      address = said.address();
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
    return "process";
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
      exit.join();
      return;
    }
    endInput();
    boolean interrupted = !awaitEnd(GOING);
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    exit.join();
    interrupted |= !joinDrain();
    parts.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The pipe of a dead process; it has ended, which is what closing asks for.
      System.getLogger(ProcessSandbox.class.getName())
          .log(System.Logger.Level.DEBUG, "closing the life line: {0}", e.toString());
    }
  }

  /** Whether it was not interrupted while waiting. */
  private boolean awaitEnd(Duration time) {
    try {
      process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private String lastWords() throws InterruptedException {
    drain.join(GOING);
    return log.tail();
  }

  private boolean joinDrain() {
    try {
      drain.join(GOING);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void drain() {
    try {
      log.drain(
          process.getInputStream(), line -> Handshake.parse(line).ifPresent(handshake::complete));
    } catch (IOException e) {
      log.line("the worker's output broke off: " + e.getMessage());
    }
  }

  private static SandboxExit exitOf(int code, @Nullable MemoryCgroup cgroup, ByteSize memory) {
    return cgroup == null
        ? new SandboxExit(code, false, memory, null)
        : new SandboxExit(code, cgroup.oomKilled(), memory, cgroup.peak().orElse(null));
  }
}
