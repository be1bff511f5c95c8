package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.osiris.driver.StepEvents;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.FailureOwner;
import dev.osiris.wire.v1.DataServiceProto;
import dev.osiris.wire.v1.FailureProto;
import dev.osiris.wire.v1.LogLevel;
import dev.osiris.wire.v1.PreviewResponse;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.WorkerServiceProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Promises that the schema itself makes. */
class SchemaTest {

  private static final Set<String> OPEN_TYPES =
      Set.of(
          "google.protobuf.Any",
          "google.protobuf.BytesValue",
          "google.protobuf.ListValue",
          "google.protobuf.Struct",
          "google.protobuf.Value");

  @Test
  void stepService_hasNoFieldThatCouldHoldARow() {
    Set<Descriptor> messages = new LinkedHashSet<>();
    for (MethodDescriptor method :
        WorkerServiceProto.getDescriptor().findServiceByName("WorkerService").getMethods()) {
      collect(method.getInputType(), messages);
      collect(method.getOutputType(), messages);
    }

    assertThat(messages).hasSizeGreaterThan(40).doesNotContain(PreviewResponse.getDescriptor());
    assertThat(messages)
        .extracting(Descriptor::getFullName)
        .doesNotContainAnyElementsOf(OPEN_TYPES);
    assertThat(messages.stream().flatMap(message -> message.getFields().stream()))
        .filteredOn(field -> field.getType() == FieldDescriptor.Type.BYTES)
        .isEmpty();
  }

  @Test
  void dataService_isTheOnlyOneThatCarriesBytes() {
    Set<Descriptor> messages = new LinkedHashSet<>();
    for (MethodDescriptor method :
        DataServiceProto.getDescriptor().findServiceByName("DataService").getMethods()) {
      collect(method.getInputType(), messages);
      collect(method.getOutputType(), messages);
    }

    assertThat(messages.stream().flatMap(message -> message.getFields().stream()))
        .filteredOn(field -> field.getType() == FieldDescriptor.Type.BYTES)
        .extracting(FieldDescriptor::getFullName)
        .containsExactlyInAnyOrder(
            "osiris.proxy.v1.DownloadResponse.chunk", "osiris.proxy.v1.UploadRequest.chunk");
  }

  @Test
  void fields_useNoOption_thatTheCompilersOfOlderClientsLack() {
    // Python's protobuf 4.21 belongs to protoc 3.21, which refuses what it does not know, such as
    // debug_redact.
    Set<Descriptor> messages = new LinkedHashSet<>();
    collect(RunSessionRequest.getDescriptor(), messages);
    collect(RunSessionResponse.getDescriptor(), messages);

    assertThat(messages.stream().flatMap(message -> message.getFields().stream()))
        .allSatisfy(
            field -> assertThat(field.getOptions()).isEqualTo(FieldOptions.getDefaultInstance()));
  }

  @Test
  void failureCodes_areTheSameOnTheWire_byNumberAndName() {
    Map<Integer, String> domain =
        Arrays.stream(FailureCode.values())
            .collect(Collectors.toMap(FailureCode::number, code -> "FAILURE_CODE_" + code.name()));
    Map<Integer, String> wire =
        numbers(FailureProto.getDescriptor().findEnumTypeByName("FailureCode").getValues());

    domain.put(0, "FAILURE_CODE_UNSPECIFIED");
    assertThat(wire).isEqualTo(domain);
  }

  @Test
  void failureCodes_lieInTheRangeOfTheirOwner() {
    List<FailureOwner> owners =
        List.of(
            FailureOwner.USER,
            FailureOwner.EXTERNAL,
            FailureOwner.RESOURCES,
            FailureOwner.INTERNAL);

    assertThat(FailureCode.values())
        .allMatch(code -> owners.get(code.number() / 100 - 1) == code.owner());
  }

  @Test
  void owners_areTheSameOnTheWire_byName() {
    assertThat(names(FailureProto.getDescriptor().findEnumTypeByName("FailureOwner").getValues()))
        .containsExactlyElementsOf(expected("FAILURE_OWNER_", FailureOwner.values()));
  }

  @Test
  void logLevels_areTheSameOnTheWire_byName() {
    assertThat(names(LogLevel.getDescriptor().getValues()))
        .containsExactlyElementsOf(expected("LOG_LEVEL_", StepEvents.Level.values()));
  }

  private static List<String> expected(String prefix, Enum<?>[] values) {
    List<String> names =
        new ArrayList<>(Arrays.stream(values).map(value -> prefix + value.name()).toList());
    names.addFirst(prefix + "UNSPECIFIED");
    return names;
  }

  private static List<String> names(List<EnumValueDescriptor> values) {
    return values.stream().map(EnumValueDescriptor::getName).toList();
  }

  private static Map<Integer, String> numbers(List<EnumValueDescriptor> values) {
    return values.stream()
        .collect(Collectors.toMap(EnumValueDescriptor::getNumber, EnumValueDescriptor::getName));
  }

  private static void collect(Descriptor message, Set<Descriptor> seen) {
    if (seen.add(message)) {
      message.getFields().stream()
          .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
          .forEach(field -> collect(field.getMessageType(), seen));
    }
  }
}
