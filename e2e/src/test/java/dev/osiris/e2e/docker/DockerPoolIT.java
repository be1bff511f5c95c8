package dev.osiris.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.Scratch;
import dev.osiris.host.sandbox.SessionTemplate;
import dev.osiris.host.sandbox.docker.DockerEngine;
import dev.osiris.host.sandbox.docker.DockerSandboxProvider;
import dev.osiris.host.sandbox.docker.DockerSettings;
import dev.osiris.host.sandbox.pool.PoolSettings;
import dev.osiris.host.sandbox.pool.PooledSession;
import dev.osiris.host.sandbox.pool.SandboxPool;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionListener;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Containers that are ready in advance, for a program that embeds the host. */
@ExtendWith(LeakCheck.class)
class DockerPoolIT {

  @BeforeAll
  static void requireDocker() {
    String missing = Docker.missing().orElse("");
    assumeThat(missing).as(missing).isEmpty();
  }

  private static SandboxPool pool(Path root) {
    DockerSettings settings =
        new DockerSettings(
            Docker.image(), null, DockerSettings.Pull.NEVER, true, DockerSettings.Transport.AUTO);
    SessionTemplate template =
        new SessionTemplate(
            root,
            root,
            List.of(),
            null,
            Map.of(),
            ByteSize.parse("256m"),
            1,
            Duration.ofSeconds(30),
            ByteSize.parse("1g"),
            Duration.ofSeconds(60));
    return new SandboxPool(
        new DockerSandboxProvider(new DockerEngine(Map.of()), settings, true),
        template,
        PoolSettings.ready(1).expecting(3),
        InstantSource.system(),
        System::nanoTime);
  }

  @Test
  void containers_areHandedOutOnce_andNoneIsLeft() throws Exception {
    List<String> sessions = new ArrayList<>();
    try (SandboxPool pool = pool(Scratch.folder("pool"))) {
      for (int time = 0; time < 2; time++) {
        try (PooledSession taken = pool.take()) {
          String id = taken.folder().session().value();
          assertThat(Docker.containers(id)).hasSize(1);
          assertThat(sessions).doesNotContain(id);
          sessions.add(id);
          SessionClient session = taken.session(new Unheard());
          assertThat(session.runStep(step()).get()).isInstanceOf(StepResult.Succeeded.class);
          assertThat(taken.folder().path().resolve("data/one.duckdb")).isRegularFile();
        }
        assertThat(Docker.containers(sessions.getLast())).isEmpty();
      }
    }
    // The third, which nobody took, is LeakCheck's to find.
  }

  private static StepSpec step() {
    return new StepSpec(
        new StepId("one"),
        "1",
        "duckdb.processor",
        Map.of("query", "SELECT 1 AS n"),
        Map.of(),
        null,
        StepSpec.Resources.DEFAULT,
        Duration.ofSeconds(30));
  }

  /** Results come through futures. */
  private static final class Unheard implements SessionListener {
    @Override
    public void event(JournalEntry entry) {}

    @Override
    public void connection(String change, String detail) {}
  }
}
