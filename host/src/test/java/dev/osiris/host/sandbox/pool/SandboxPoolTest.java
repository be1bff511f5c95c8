package dev.osiris.host.sandbox.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.FailureCode;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.host.sandbox.SessionTemplate;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionListener;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SandboxPoolTest {
  private static final PoolSettings SETTINGS =
      new PoolSettings(
          1,
          2,
          Integer.MAX_VALUE,
          Duration.ofMillis(200),
          Duration.ofMillis(20),
          Duration.ofSeconds(10));

  @TempDir private Path root;

  private final ScriptedProvider provider = new ScriptedProvider();

  @AfterEach
  void endWorkers() {
    provider.close();
  }

  @Test
  void take_handsOutEachSessionOnce_openedAndRehearsed() throws Exception {
    try (SandboxPool pool = pool(SETTINGS);
        PooledSession one = pool.take();
        PooledSession two = pool.take()) {
      assertThat(one.folder().session()).isNotEqualTo(two.folder().session());
      for (PooledSession taken : List.of(one, two)) {
        ScriptedProvider.Started started = provider.of(taken);
        assertThat(started.spec().rehearse()).isTrue();
        assertThat(started.spec().sessionDir()).isEqualTo(taken.folder().path());
        assertThat(started.worker().commands(Command.OpenSession.class))
            .extracting(Command.OpenSession::session)
            .containsExactly(taken.folder().session());
      }
    }
  }

  @Test
  void session_tellsItsTakerWhatItSaidBefore_andRunsSteps() throws Exception {
    try (SandboxPool pool = pool(SETTINGS);
        PooledSession taken = pool.take()) {
      Heard heard = new Heard();
      SessionClient session = taken.session(heard);
      StepResult result = session.runStep(step()).get(10, TimeUnit.SECONDS);
      assertThat(result).isInstanceOf(StepResult.Succeeded.class);
      assertThat(heard.events.poll().event()).isInstanceOf(Event.SessionOpened.class);
      assertThat(heard.events.poll().event()).isInstanceOf(Event.StepAccepted.class);
      assertThatThrownBy(() -> taken.session(heard)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void takenOne_isReplaced_untilAsManyAsExpectedWereTaken() throws Exception {
    try (SandboxPool pool = pool(SETTINGS.expecting(2))) {
      try (PooledSession one = pool.take();
          PooledSession two = pool.take()) {
        provider.next();
        provider.next();
        assertThat(one.folder().path()).isNotEqualTo(two.folder().path());
        assertThat(pool.ready()).isZero();
      }
    }
    assertThat(provider.startedMore()).isFalse();
  }

  @Test
  void waitingWorkerThatEnds_isReplaced_andItsDirectoryIsRemoved() throws Exception {
    try (SandboxPool pool = pool(SETTINGS)) {
      ScriptedProvider.Started first = provider.next();
      first.sandbox().end(1, false);
      ScriptedProvider.Started second = provider.next();
      try (PooledSession taken = pool.take()) {
        assertThat(taken.folder().session()).isEqualTo(second.spec().session());
      }
    }
    assertThat(sessions()).hasSize(1);
  }

  @Test
  void waitingWorkerThatDoesNotServe_isReplaced() throws Exception {
    try (SandboxPool pool = pool(SETTINGS)) {
      ScriptedProvider.Started first = provider.next();
      first.worker().fallIll();
      CompletableFuture<SandboxExit> end = first.sandbox().exit();
      end.get(10, TimeUnit.SECONDS);
      ScriptedProvider.Started second = provider.next();
      assertThat(second.spec().session()).isNotEqualTo(first.spec().session());
      assertThat(pool.template().sessionRoot()).isEqualTo(root);
    }
  }

  @Test
  void taker_getsTheTypedFailureOfItsWorker_andTheNextOneAWorker() throws Exception {
    provider.script =
        spec -> {
          throw SandboxException.unsuitable("no room", "make some");
        };
    try (SandboxPool pool = pool(SETTINGS)) {
      assertThatThrownBy(pool::take)
          .isInstanceOfSatisfying(
              SandboxException.class,
              e -> assertThat(e.failure().code()).isEqualTo(FailureCode.CONFIG_INVALID));
      provider.script = spec -> {};
      // What the pool makes ready by itself works again after a pause.
      provider.next();
      try (PooledSession taken = pool.take()) {
        assertThat(taken.sandbox().alive()).isTrue();
      }
    }
  }

  @Test
  void failingProvider_isAskedLessAndLessOften() throws Exception {
    CountDownLatch several = new CountDownLatch(4);
    BlockingQueue<Long> times = new LinkedBlockingQueue<>();
    provider.script =
        spec -> {
          times.add(System.nanoTime());
          several.countDown();
          throw SandboxException.unsuitable("no room", "make some");
        };
    try (SandboxPool pool = pool(SETTINGS)) {
      assertThat(several.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(pool.ready()).isZero();
    }
    List<Long> asked = List.copyOf(times);
    // 20, 40, 80 ms at least.
    assertThat(asked.get(1) - asked.get(0)).isGreaterThan(15_000_000);
    assertThat(asked.get(3) - asked.get(2)).isGreaterThan(75_000_000);
    assertThat(sessions()).isEmpty();
  }

  @Test
  void starts_areBounded() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch two = new CountDownLatch(2);
    provider.script =
        spec -> {
          two.countDown();
          go.await();
        };
    PoolSettings six =
        new PoolSettings(
            6, 2, 6, Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofSeconds(10));
    try (SandboxPool pool = pool(six)) {
      assertThat(two.await(10, TimeUnit.SECONDS)).isTrue();
      go.countDown();
      for (int i = 0; i < 6; i++) {
        provider.next();
      }
      assertThat(pool.provider()).isSameAs(provider);
    }
    assertThat(provider.mostAtATime()).isEqualTo(2);
  }

  @Test
  void close_interruptsAStart_andLeavesNothing() throws Exception {
    CountDownLatch inStart = new CountDownLatch(1);
    CompletableFuture<Void> interrupted = new CompletableFuture<>();
    provider.script =
        spec -> {
          inStart.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.complete(null);
            throw e;
          }
        };
    SandboxPool pool = pool(SETTINGS);
    assertThat(inStart.await(10, TimeUnit.SECONDS)).isTrue();
    pool.close();
    assertThat(interrupted).isCompleted();
    assertThat(sessions()).isEmpty();
    assertThatThrownBy(pool::reserve).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void close_endsWhatWaits_andKeepsWhatWasTaken() throws Exception {
    SandboxPool pool = pool(SETTINGS);
    PooledSession taken = pool.take();
    ScriptedProvider.Started mine = provider.of(taken);
    ScriptedProvider.Started first = provider.next();
    ScriptedProvider.Started second = provider.next();
    pool.close();
    assertThat(mine.sandbox().alive()).isTrue();
    assertThat((mine.equals(first) ? second : first).sandbox().alive()).isFalse();
    assertThat(sessions()).containsExactly(taken.folder().session().value());
    taken.close();
    assertThat(mine.sandbox().alive()).isFalse();
    assertThat(sessions()).containsExactly(taken.folder().session().value());
  }

  @Test
  void taker_waitsNoLongerThanItsPatience() throws Exception {
    provider.script = spec -> new CountDownLatch(1).await();
    PoolSettings hasty =
        new PoolSettings(
            0, 1, 9, Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(50));
    try (SandboxPool pool = pool(hasty)) {
      assertThatThrownBy(pool::take)
          .isInstanceOfSatisfying(
              SandboxException.class,
              e -> assertThat(e.failure().code()).isEqualTo(FailureCode.SANDBOX_UNAVAILABLE));
    }
  }

  @Test
  void taker_canBeInterrupted() throws Exception {
    CountDownLatch inStart = new CountDownLatch(1);
    provider.script =
        spec -> {
          inStart.countDown();
          new CountDownLatch(1).await();
        };
    CompletableFuture<Exception> how = new CompletableFuture<>();
    try (SandboxPool pool = pool(SETTINGS)) {
      Thread taker =
          Thread.ofVirtual()
              .start(() -> {
                try (PooledSession taken = pool.take()) {
                  how.complete(new IllegalStateException("taken: " + taken.folder().session()));
                } catch (IOException | InterruptedException | SandboxException e) {
                  how.complete(e);
                }
              });
      assertThat(inStart.await(10, TimeUnit.SECONDS)).isTrue();
      taker.interrupt();
      assertThat(how.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
  }

  private SandboxPool pool(PoolSettings settings) {
    SessionTemplate template =
        new SessionTemplate(
            root,
            root,
            List.of(),
            null,
            Map.of(),
            ByteSize.ofMiB(256),
            1,
            Duration.ofSeconds(30),
            ByteSize.ofMiB(64),
            Duration.ofSeconds(10));
    return new SandboxPool(provider, template, settings, InstantSource.system(), System::nanoTime);
  }

  private List<String> sessions() throws IOException {
    try (Stream<Path> found = Files.list(root)) {
      return found.map(path -> path.getFileName().toString()).toList();
    }
  }

  private static StepSpec step() {
    return new StepSpec(
        new StepId("a"),
        "1",
        "fake.step",
        Map.of(),
        Map.of(),
        null,
        StepSpec.Resources.DEFAULT,
        null);
  }

  /** What a session said. */
  private static final class Heard implements SessionListener {
    private final BlockingQueue<JournalEntry> events = new LinkedBlockingQueue<>();

    @Override
    public void event(JournalEntry entry) {
      events.add(entry);
    }

    @Override
    public void connection(String change, String detail) {
      throw new AssertionError(change + ": " + detail);
    }
  }
}
