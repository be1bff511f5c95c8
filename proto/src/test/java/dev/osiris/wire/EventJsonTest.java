package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.ProtocolVersions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {

  static Set<String> eventNames() {
    return Samples.events().keySet();
  }

  @ParameterizedTest
  @MethodSource("eventNames")
  void event_comesBackEqual_throughOneLine(String name) {
    JournalEntry entry = Samples.entry(Samples.events().get(name));

    String line = EventJson.line(entry);

    assertThat(line).doesNotContain("\n");
    assertThat(EventJson.parse(line)).isEqualTo(new ReceivedEvent.Known(withoutToken(entry)));
  }

  @Test
  void line_usesTheNamesOfTheProtoFile_andNeverHoldsTheToken() {
    JournalEntry opened = Samples.entry(Samples.events().get("session_opened"));

    String line = EventJson.line(opened);

    assertThat(line)
        .startsWith(
            "{\"sequence\":\"42\",\"time\":\"2026-01-02T03:04:05.678901234Z\",\"command_id\"")
        .contains("\"session_opened\":{\"session_id\":\"20260102T030405-k7\"")
        .doesNotContain(Samples.TOKEN);
    assertThat(EventCodec.encode(opened).getSessionOpened().getSessionToken())
        .isEqualTo(Samples.TOKEN);
  }

  @Test
  void line_tellsZeroAndFalse_soThatTheyAreNotTakenForUnknown() {
    String published = EventJson.line(Samples.entry(Samples.events().get("output_published")));
    String metric =
        EventJson.line(
            Samples.entry(new Event.MetricReported(Samples.STEP, Samples.ATTEMPT, "m", 0, "")));

    assertThat(published)
        .contains("{\"name\":\"movies\",\"rows\":\"0\"}")
        .contains("\"type\":\"BIGINT\",\"nullable\":false");
    assertThat(metric).contains("\"value\":0.0").doesNotContain("unit");
  }

  @Test
  void parse_passesOverWhatItDoesNotKnow_whenALaterVersionWroteTheLine() {
    String field =
        "{\"sequence\":\"3\",\"later\":[1],\"telemetry_dropped\":{\"events\":\"2\",\"why\":{}}}";
    String event = "{\"sequence\":\"4\",\"something_later\":{\"a\":1}}";

    assertThat(((ReceivedEvent.Known) EventJson.parse(field)).entry().event())
        .isEqualTo(new Event.TelemetryDropped(2));
    assertThat(EventJson.parse(event)).isEqualTo(new ReceivedEvent.Unknown(4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "null", "{\"sequence\":-1}", "{\"sequence\":\"x\"}", "\0\0"})
  void parse_refusesTheLine_whenItIsNoEvent(String line) {
    assertThatThrownBy(() -> EventJson.parse(line)).isInstanceOf(WireException.class);
  }

  @Test
  void header_isReadBack() {
    String line = EventJson.header(Samples.SESSION);

    assertThat(line)
        .isEqualTo(
            "{\"journal_version\":1,\"session_id\":\"20260102T030405-k7\",\"protocol\":{\"min\":1,\"max\":1}}");
    assertThat(EventJson.readHeader(line))
        .isEqualTo(new EventJson.Header(1, Samples.SESSION, ProtocolVersions.SUPPORTED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"journal_version\":2,\"session_id\":\"s\",\"protocol\":{\"min\":1,\"max\":1}}",
        "{\"journal_version\":1,\"session_id\":\"../s\",\"protocol\":{\"min\":1,\"max\":1}}",
        "{\"journal_version\":1,\"session_id\":\"s\"}",
        "{\"journal_version\":1,\"session_id\":\"s\",\"protocol\":{\"min\":1,\"max\":99999999999}}"
      })
  void header_isRefused_whenItIsAnothers(String line) {
    assertThatThrownBy(() -> EventJson.readHeader(line)).isInstanceOf(WireException.class);
  }

  @Test
  void journal_isReadToItsEnd_whenItIsWhole() throws IOException {
    String journal = journal();

    try (JournalReader reader = reader(journal)) {
      assertThat(reader.header().orElseThrow().session()).isEqualTo(Samples.SESSION);
      assertThat(sequences(reader)).containsExactly(1L, 2L, 3L);
      assertThat(reader.truncated()).isFalse();
      assertThat(reader.wholeBytes()).isEqualTo(bytes(journal).length);
    }
  }

  @Test
  void journal_keepsItsWholeLines_whereverACrashCutIt() throws IOException {
    byte[] journal = bytes(journal());
    for (int length = 0; length < journal.length; length++) {
      String cut = new String(journal, 0, length, StandardCharsets.ISO_8859_1);
      int whole = cut.lastIndexOf('\n') + 1;
      try (JournalReader reader = new JournalReader(new ByteArrayInputStream(journal, 0, length))) {
        assertThat(reader.header().isPresent()).isEqualTo(whole > 0);
        assertThat(sequences(reader))
            .hasSize(Math.max(0, (int) cut.chars().filter(c -> c == '\n').count() - 1));
        assertThat(reader.wholeBytes()).isEqualTo(whole);
        assertThat(reader.truncated()).isEqualTo(whole < length);
      }
    }
  }

  @Test
  void journal_namesTheLine_whenOneInTheMiddleIsDamaged() throws IOException {
    String damaged = journal().replaceFirst("\"sequence\":\"2\"", "\"sequence\":oops");

    try (JournalReader reader = reader(damaged)) {
      assertThat(reader.next()).isPresent();
      assertThatThrownBy(reader::next)
          .isInstanceOf(WireException.class)
          .hasMessageStartingWith("line 3 is damaged");
    }
  }

  @Test
  void journal_isRefused_whenALineHasNoEnd() {
    String endless = EventJson.header(Samples.SESSION) + "\n" + "x".repeat(9 << 20);

    assertThatThrownBy(
            () -> {
              try (JournalReader reader = reader(endless)) {
                reader.next();
              }
            })
        .isInstanceOf(WireException.class)
        .hasMessageStartingWith("line 2 has");
  }

  private static String journal() {
    StringBuilder journal = new StringBuilder(EventJson.header(Samples.SESSION)).append('\n');
    long sequence = 1;
    for (String name : List.of("session_opened", "step_accepted", "output_published")) {
      JournalEntry entry = Samples.entry(Samples.events().get(name));
      journal
          .append(
              EventJson.line(
                  new JournalEntry(sequence++, entry.time(), entry.commandId(), entry.event())))
          .append('\n');
    }
    return journal.toString();
  }

  private static JournalReader reader(String journal) throws IOException {
    return new JournalReader(new ByteArrayInputStream(bytes(journal)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<Long> sequences(JournalReader reader) throws IOException {
    List<Long> sequences = new ArrayList<>();
    for (Optional<ReceivedEvent> event = reader.next(); event.isPresent(); event = reader.next()) {
      sequences.add(event.get().sequence());
    }
    return sequences;
  }

  private static JournalEntry withoutToken(JournalEntry entry) {
    return entry.event() instanceof Event.SessionOpened opened
        ? new JournalEntry(
            entry.sequence(),
            entry.time(),
            entry.commandId(),
            new Event.SessionOpened(
                opened.session(),
                opened.protocol(),
                opened.supported(),
                opened.epoch(),
                null,
                opened.workerVersion(),
                opened.duckdbVersion(),
                opened.budget(),
                opened.enforcement(),
                opened.lease(),
                opened.components(),
                opened.limits()))
        : entry;
  }
}
