package dev.osiris.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.driver.StepEvents;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  private static final SessionId SESSION = new SessionId("s1");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir private Path folder;

  @Test
  void entries_areNumberedWithoutGaps_fromManyThreads() throws Exception {
    Path file = folder.resolve("events.jsonl");
    List<Thread> writers = new ArrayList<>();
    try (Journal journal = Journal.open(file, SESSION, CLOCK)) {
      CountDownLatch start = new CountDownLatch(1);
      for (int t = 0; t < 4; t++) {
        writers.add(
            Thread.ofPlatform()
                .start(() -> {
                  awaitQuietly(start);
                  for (int i = 0; i < 250; i++) {
                    var _ = journal.append(fact(i), "c");
                  }
                }));
      }
      start.countDown();
      for (Thread writer : writers) {
        writer.join();
      }
    }

    List<JournalEntry> all = JournalFile.readAll(file);

    assertThat(all.stream().mapToLong(JournalEntry::sequence))
        .containsExactlyElementsOf(range(1, 1000));
  }

  @Test
  void sequence_goesOn_whenTheJournalIsOpenedAgain() throws Exception {
    Path file = folder.resolve("events.jsonl");
    try (Journal first = Journal.open(file, SESSION, CLOCK)) {
      first.append(fact(1), "").get();
    }
    try (Journal second = Journal.open(file, SESSION, CLOCK)) {
      assertThat(second.append(fact(2), "").get().sequence()).isEqualTo(2);
      assertThat(second.read(0, 10)).hasSize(2);
    }
  }

  @Test
  void tornLastLine_isRemoved_sinceNobodyHeardOfIt() throws Exception {
    Path file = folder.resolve("events.jsonl");
    try (Journal first = Journal.open(file, SESSION, CLOCK)) {
      first.append(fact(1), "").get();
      first.append(fact(2), "").get();
    }
    Files.writeString(file, "{\"sequence\":\"3\",\"time\":\"2026", StandardOpenOption.APPEND);

    try (Journal second = Journal.open(file, SESSION, CLOCK)) {
      assertThat(second.append(fact(3), "").get().sequence()).isEqualTo(3);
    }
    assertThat(JournalFile.readAll(file)).hasSize(3);
  }

  @Test
  void read_reachesBackBeyondMemory() throws Exception {
    Path file = folder.resolve("events.jsonl");
    try (Journal journal = Journal.open(file, SESSION, CLOCK)) {
      for (int i = 0; i < 4_999; i++) {
        var _ = journal.append(fact(i), "");
      }
      journal.append(fact(4_999), "").get();

      assertThat(journal.read(10, 5).stream().mapToLong(JournalEntry::sequence))
          .containsExactlyElementsOf(range(11, 15));
      assertThat(journal.read(4_998, 50).stream().mapToLong(JournalEntry::sequence))
          .containsExactly(4_999L, 5_000L);
      assertThat(journal.read(5_000, 50)).isEmpty();
    }
  }

  @Test
  void facts_areOnTheDisk_whenTheirFutureCompletes() throws Exception {
    Path file = folder.resolve("events.jsonl");
    try (Journal journal = Journal.open(file, SESSION, CLOCK)) {
      long sequence = journal.append(fact(7), "cmd-1").get().sequence();

      JournalEntry read = JournalFile.readAll(file).getLast();
      assertThat(read.sequence()).isEqualTo(sequence);
      assertThat(read.commandId()).isEqualTo("cmd-1");
      assertThat(read.event()).isEqualTo(fact(7));
    }
  }

  @Test
  void telemetryOverItsAllowance_isCounted_andFactsAreNot() throws Exception {
    Path file = folder.resolve("events.jsonl");
    String long8k = "x".repeat(8_000);
    try (Journal journal = Journal.open(file, SESSION, CLOCK)) {
      for (int i = 0; i < 9_500; i++) {
        var _ =
            journal.append(
                new Event.LogWritten(new StepId("a"), StepEvents.Level.INFO, long8k), "");
        if (i % 1_000 == 0) {
          journal.append(fact(i), "").get();
        }
      }
      journal.append(fact(9_999), "").get();
    }

    List<Event> events = JournalFile.readAll(file).stream().map(JournalEntry::event).toList();

    assertThat(events).contains(fact(9_999));
    assertThat(events).hasAtLeastOneElementOfType(Event.TelemetryDropped.class);
    assertThat(Files.size(file)).isLessThan(80L << 20);
  }

  private static Event fact(int number) {
    return new Event.OutputsReleased(List.of(new StepId("step" + number)));
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void empty_isReadAsEmpty() throws IOException {
    Path file = folder.resolve("events.jsonl");
    Journal.open(file, SESSION, CLOCK).close();

    assertThat(JournalFile.readAll(file)).isEmpty();
  }
}
