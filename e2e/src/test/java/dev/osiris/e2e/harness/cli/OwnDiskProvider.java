package dev.osiris.e2e.harness.cli;

import dev.osiris.e2e.harness.Installation;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.process.ProcessSandboxProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Real workers in child processes that keep their sessions in a folder of their own and are treated
 * as if they saw nothing of the host's disk; behind a connection that a test can cut.
 */
public final class OwnDiskProvider implements SandboxProvider {

  private final SandboxProvider real =
      new ProcessSandboxProvider(Installation.javaHome(), Installation.workerHome(), true);
  private final Path disks;
  private final AtomicInteger started = new AtomicInteger();
  private final Consumer<CuttingProxy> trouble;
  private volatile @Nullable CuttingProxy proxy;

  /**
   * @param disks gets a folder for each worker
   */
  public OwnDiskProvider(Path disks) {
    this(disks, proxy -> {});
  }

  /**
   * @param trouble what is to become of connections, told to each worker's proxy before the first
   */
  public OwnDiskProvider(Path disks, Consumer<CuttingProxy> trouble) {
    this.disks = disks;
    this.trouble = trouble;
  }

  @Override
  public String kind() {
    return real.kind();
  }

  @Override
  public Sandbox start(SandboxSpec spec) throws SandboxException, InterruptedException {
    Path disk = disk(started.incrementAndGet());
    SandboxSpec elsewhere =
        new SandboxSpec(
            spec.session(),
            disk,
            spec.memory(),
            spec.cpus(),
            List.of(),
            spec.drivers(),
            spec.env(),
            spec.log(),
            disk.resolve(spec.session().value()),
            spec.startTimeout());
    try {
      Files.createDirectories(elsewhere.sessionDir());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Sandbox sandbox = real.start(elsewhere);
    CuttingProxy before = CuttingProxy.before(((WorkerAddress.Unix) sandbox.address()).socket());
    trouble.accept(before);
    proxy = before;
    return new ProxiedSandbox(sandbox, before, false);
  }

  /** The disk of the n-th worker, from 1 on. */
  public Path disk(int worker) {
    return disks.resolve("disk" + worker);
  }

  /** What is between the host and the newest worker. */
  public CuttingProxy proxy() {
    CuttingProxy running = proxy;
    if (running == null) {
      throw new IllegalStateException("nothing was started");
    }
    return running;
  }
}
