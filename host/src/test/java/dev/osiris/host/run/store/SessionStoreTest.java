package dev.osiris.host.run.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.osiris.session.SessionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionStoreTest {
  @TempDir private Path root;

  @Test
  void list_tellsRunningEndedAndDeadApart() throws Exception {
    try (SessionFolder ended = create("a-ended")) {
      ended.writeStatus(
          new ObjectMapper().readTree("{\"status\":\"succeeded\",\"pipeline\":\"p\"}"));
    }
    try (SessionFolder dead = create("b-dead")) {
      dead.writeManifest("x");
    }
    try (SessionFolder running = create("c-running")) {
      assertThat(running.path()).isDirectory();
      assertThat(new SessionStore(root).list())
          .extracting(SessionSummary::state)
          .containsExactly("succeeded", "dead", "running");
      assertThat(new SessionStore(root).find("last").orElseThrow().pid())
          .isEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void list_overlooksWhatIsNoSession_andSurvivesDamage() throws Exception {
    Files.createDirectories(root.resolve("not a session"));
    Files.createDirectories(root.resolve("empty"));
    Files.createDirectories(root.resolve("damaged"));
    Files.writeString(root.resolve("damaged/status.json"), "{\"status\": ");
    Files.writeString(root.resolve("damaged/.lock"), "no number");
    assertThat(new SessionStore(root).list())
        .singleElement()
        .satisfies(session -> assertThat(session.state()).isEqualTo("dead"));
  }

  @Test
  void list_isEmpty_whenThereIsNoRoot() throws Exception {
    assertThat(new SessionStore(root.resolve("nowhere")).list()).isEmpty();
  }

  @Test
  void names_sortByTime() {
    String earlier =
        SessionNames.next(Instant.parse("2026-01-02T03:04:05.678Z"), new Random(1)).value();
    String later =
        SessionNames.next(Instant.parse("2026-01-02T03:04:05.679Z"), new Random(2)).value();
    assertThat(earlier).startsWith("20260102-030405-678-").isLessThan(later);
  }

  private SessionFolder create(String id) throws Exception {
    return SessionFolder.create(root, new SessionId(id), InstantSource.system());
  }
}
