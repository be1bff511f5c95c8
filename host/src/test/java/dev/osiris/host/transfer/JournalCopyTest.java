package dev.osiris.host.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.host.session.RecordingSessionListener;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.wire.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host's copy of a journal, and one that is continued. */
class JournalCopyTest {
  private static final SessionId SESSION = new SessionId("run");

  @TempDir Path folder;

  private static JournalEntry entry(long sequence) {
    return new JournalEntry(
        sequence, Instant.EPOCH, "", new Event.StepProgressed(new StepId("step"), "1", sequence));
  }

  private void hear(long... sequences) {
    try (JournalCopy copy =
        new JournalCopy(folder, SESSION, new RecordingSessionListener(), note -> {})) {
      for (long sequence : sequences) {
        copy.event(entry(sequence));
      }
    }
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(folder.resolve("logs/events.jsonl"));
  }

  private static List<String> whole(long... sequences) {
    List<String> lines = new ArrayList<>(List.of(EventJson.header(SESSION)));
    for (long sequence : sequences) {
      lines.add(EventJson.line(entry(sequence)));
    }
    return lines;
  }

  @Test
  void journal_isContinued() throws Exception {
    hear(1, 2);
    hear(3);

    assertThat(lines()).isEqualTo(whole(1, 2, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 100_000})
  void lastLineThatWasCutShort_isTakenOut_beforeMoreIsWritten(int bytes) throws Exception {
    hear(1, 2);
    Files.writeString(
        folder.resolve("logs/events.jsonl"), "x".repeat(bytes), StandardOpenOption.APPEND);
    Files.writeString(folder.resolve("logs/metrics.jsonl"), "{\"time\":\"");
    hear(3);

    assertThat(lines()).isEqualTo(whole(1, 2, 3));
    assertThat(folder.resolve("logs/metrics.jsonl")).isEmptyFile();
    assertThat(MirroredJournal.read(folder.resolve("logs/events.jsonl"), folder).files()).isEmpty();
  }

  @Test
  void headerThatWasCutShort_isWrittenAnew() throws Exception {
    Files.createDirectories(folder.resolve("logs"));
    Files.writeString(folder.resolve("logs/events.jsonl"), "{\"journal");
    hear(1);

    assertThat(lines()).isEqualTo(whole(1));
  }
}
