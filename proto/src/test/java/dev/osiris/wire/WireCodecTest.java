package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepResult;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireCodecTest {

  static Set<String> commandNames() {
    return Samples.commands().keySet();
  }

  static Set<String> eventNames() {
    return Samples.events().keySet();
  }

  @ParameterizedTest
  @MethodSource("commandNames")
  void command_comesBackEqual_throughBytes(String name) throws InvalidProtocolBufferException {
    Command command = Samples.commands().get(name);
    byte[] bytes = CommandCodec.encode("c-7", command).toByteArray();

    assertThat(CommandCodec.decode(RunSessionRequest.parseFrom(bytes)))
        .isEqualTo(new ReceivedCommand.Known("c-7", command));
  }

  @ParameterizedTest
  @MethodSource("eventNames")
  void event_comesBackEqual_throughBytes(String name) throws InvalidProtocolBufferException {
    JournalEntry entry = Samples.entry(Samples.events().get(name));
    byte[] bytes = EventCodec.encode(entry).toByteArray();

    assertThat(EventCodec.decode(RunSessionResponse.parseFrom(bytes)))
        .isEqualTo(new ReceivedEvent.Known(entry));
  }

  @Test
  void samples_coverEveryRecord_thatMayTravel() {
    Set<Class<?>> sampled = new LinkedHashSet<>();
    Samples.commands().values().forEach(command -> sampled.add(command.getClass()));
    Samples.events().values().forEach(event -> sampled.add(event.getClass()));
    Samples.events().values().stream()
        .filter(Event.StepEnded.class::isInstance)
        .forEach(event -> sampled.add(((Event.StepEnded) event).result().getClass()));

    Set<Class<?>> permitted = new LinkedHashSet<>();
    collect(Command.class, permitted::add);
    collect(Event.class, permitted::add);
    collect(StepResult.class, permitted::add);

    assertThat(sampled).containsExactlyInAnyOrderElementsOf(permitted);
  }

  private static void collect(Class<?> type, Consumer<Class<?>> sink) {
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, sink);
      }
    } else {
      sink.accept(type);
    }
  }

  @Test
  void command_isUnknown_whenALaterVersionSendsIt() throws InvalidProtocolBufferException {
    byte[] later =
        RunSessionRequest.newBuilder()
            .setCommandId("c-9")
            .setUnknownFields(field(99))
            .build()
            .toByteArray();

    assertThat(CommandCodec.decode(RunSessionRequest.parseFrom(later)))
        .isEqualTo(new ReceivedCommand.Unknown("c-9"));
  }

  @Test
  void event_isUnknownWithItsNumber_whenALaterVersionSendsIt()
      throws InvalidProtocolBufferException {
    byte[] later =
        RunSessionResponse.newBuilder()
            .setSequence(5)
            .setUnknownFields(field(99))
            .build()
            .toByteArray();

    assertThat(EventCodec.decode(RunSessionResponse.parseFrom(later)))
        .isEqualTo(new ReceivedEvent.Unknown(5));
  }

  @Test
  void event_isRefused_whenItsNumberContradictsItsKeeping() {
    RunSessionResponse fact =
        EventCodec.encode(Samples.entry(Samples.events().get("step_accepted")));
    RunSessionResponse heartbeat =
        EventCodec.encode(Samples.entry(Samples.events().get("heartbeat")));

    assertThatThrownBy(() -> EventCodec.decode(fact.toBuilder().clearSequence().build()))
        .isInstanceOf(WireException.class)
        .hasMessageStartingWith("sequence");
    assertThatThrownBy(() -> EventCodec.decode(heartbeat.toBuilder().setSequence(3).build()))
        .isInstanceOf(WireException.class)
        .hasMessageStartingWith("sequence");
  }

  @Test
  void endOfAStep_hasNoNumber_whenItIsToldAgain() {
    JournalEntry entry = Samples.entry(Samples.events().get("step_succeeded"));
    JournalEntry again = new JournalEntry(0, entry.time(), "c-8", entry.event());

    assertThat(EventCodec.decode(EventCodec.encode(again)))
        .isEqualTo(new ReceivedEvent.Known(again));
  }

  private static UnknownFieldSet field(int number) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addFixed32(1).build())
        .build();
  }
}
