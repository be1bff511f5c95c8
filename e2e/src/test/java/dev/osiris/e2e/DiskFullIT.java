package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.cli.Tmpfs;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.worker.session.Journal;
import dev.osiris.worker.session.JournalFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, where no step is there to say so. */
@ExtendWith(LeakCheck.class)
class DiskFullIT {

  private static final SessionId SESSION = new SessionId("s1");

  @TempDir private Path folder;

  @AfterEach
  void unmount() {
    Tmpfs.unmountBelow(folder);
  }

  @Test
  void journal_staysReadable_andKeepsNothingMore_onceAWriteHasFailed() throws Exception {
    Path disk = Tmpfs.mount(folder.resolve("disk"), "1m");
    Path file = disk.resolve("events.jsonl");
    Path filler = disk.resolve("filler");
    Journal journal = Journal.open(file, SESSION, Clock.systemUTC());
    journal.append(released(1), "").join();

    fill(filler);
    assertThatThrownBy(() -> journal.append(released(5_000), "").join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IOException.class);
    // Room again: what came now would hide the gap.
    Files.delete(filler);
    assertThatThrownBy(() -> journal.append(released(1), "").join())
        .isInstanceOf(CompletionException.class);

    assertThat(journal.isBroken()).isTrue();
    assertThatThrownBy(journal::close).isInstanceOf(IOException.class);
    assertThat(JournalFile.readAll(file)).extracting(JournalEntry::sequence).containsExactly(1L);
    try (Journal again = Journal.open(file, SESSION, Clock.systemUTC())) {
      assertThat(again.append(released(1), "").join().sequence()).isEqualTo(2);
    }
  }

  @Test
  void run_saysSo_beforeItHasBegun() throws Exception {
    Project project = Project.in(folder);
    Tmpfs.mount(project.sessions(), "1m");
    fill(project.sessions().resolve("filler"));

    CliResult result =
        project.run("- {id: a, component: duckdb.processor, config: {query: SELECT 1 AS n}}\n");
    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.stderr())
        .contains("the disk is full", "--session-root")
        .doesNotContain("\tat ", "Exception");
  }

  private static Event released(int steps) {
    return new Event.OutputsReleased(
        IntStream.range(0, steps)
            .mapToObj(i -> new StepId("step-" + i + "-" + "x".repeat(100)))
            .toList());
  }

  private static void fill(Path filler) throws IOException {
    try (var out = Files.newOutputStream(filler)) {
      byte[] page = new byte[4096];
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }
}
