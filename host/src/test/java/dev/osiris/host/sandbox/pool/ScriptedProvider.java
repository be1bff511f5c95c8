package dev.osiris.host.sandbox.pool;

import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.FakeSandbox;
import dev.osiris.host.session.FakeWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts fake workers, or does what the test puts in their place. */
final class ScriptedProvider implements SandboxProvider, AutoCloseable {

  /** What happens before a sandbox is there. */
  interface Script {
    void before(SandboxSpec spec) throws SandboxException, InterruptedException;
  }

  /** A sandbox that was started. */
  record Started(SandboxSpec spec, FakeWorker worker, FakeSandbox sandbox) {}

  private final BlockingQueue<Started> started = new LinkedBlockingQueue<>();
  private final Map<String, Started> bySession = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger atATime = new AtomicInteger();
  private final AtomicInteger mostAtATime = new AtomicInteger();

  volatile Script script = spec -> {};

  /** The next one, in the order in which they were started. */
  Started next() throws InterruptedException {
    Started one = started.poll(10, TimeUnit.SECONDS);
    if (one == null) {
      throw new AssertionError("nothing more was started");
    }
    return one;
  }

  Started of(PooledSession session) {
    return bySession.get(session.folder().session().value());
  }

  boolean startedMore() {
    return !started.isEmpty();
  }

  int calls() {
    return calls.get();
  }

  int mostAtATime() {
    return mostAtATime.get();
  }

  @Override
  public String kind() {
    return "fake";
  }

  @Override
  public Sandbox start(SandboxSpec spec) throws SandboxException, InterruptedException {
    calls.incrementAndGet();
    mostAtATime.accumulateAndGet(atATime.incrementAndGet(), Math::max);
    try {
      script.before(spec);
      FakeWorker worker = new FakeWorker();
      Started one = new Started(spec, worker, new FakeSandbox(worker));
      bySession.put(spec.session().value(), one);
      started.add(one);
      return one.sandbox();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      atATime.decrementAndGet();
    }
  }

  @Override
  public void close() {
    bySession.values().forEach(one -> one.worker().close());
  }
}
