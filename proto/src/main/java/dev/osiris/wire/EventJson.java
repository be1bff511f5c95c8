package dev.osiris.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.session.SessionId;
import dev.osiris.wire.v1.RunSessionResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Events as lines of JSON, as {@code logs/events.jsonl} keeps them: the protobuf JSON form of
 * {@code RunSessionResponse} with the names of the .proto file, so that the published schema is the
 * schema of the journal. Numbers and truth values are always there; empty texts, lists and messages
 * are left out. The first line of a journal is a {@link Header}.
 */
public final class EventJson {

  /** The version that {@link #header} writes. */
  public static final int JOURNAL_VERSION = 1;

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .preservingProtoFieldNames()
          .includingDefaultValueFields(plainNumbers(RunSessionResponse.getDescriptor()))
          .sortingMapKeys();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private EventJson() {}

  /**
   * The first line of a journal.
   *
   * @param version of the journal's form
   * @param session that it belongs to
   * @param protocol versions that the worker speaks which wrote it
   */
  public record Header(int version, SessionId session, ProtocolVersions protocol) {}

  /** An event as one line, without its line feed and without the session's token. */
  public static String line(JournalEntry entry) {
    RunSessionResponse.Builder message = EventCodec.encode(entry).toBuilder();
    if (message.hasSessionOpened()) {
      message.getSessionOpenedBuilder().clearSessionToken();
    }
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("only Any can fail to print", impossible);
    }
  }

  /**
   * Reads a line; fields of later versions are passed over.
   *
   * @throws WireException when it is no event
   */
  public static ReceivedEvent parse(String line) {
    RunSessionResponse.Builder message = RunSessionResponse.newBuilder();
    try {
      PARSER.merge(line, message);
    } catch (InvalidProtocolBufferException refused) {
      // The parser's message may quote the line.
      throw WireException.illegal("line", "is no event in JSON");
    }
    return EventCodec.decode(message.build());
  }

  /** The first line of a session's journal, without its line feed. */
  public static String header(SessionId session) {
    Map<String, @Nullable Object> protocol = new LinkedHashMap<>();
    protocol.put("min", (long) ProtocolVersions.SUPPORTED.min());
    protocol.put("max", (long) ProtocolVersions.SUPPORTED.max());
    Map<String, @Nullable Object> header = new LinkedHashMap<>();
    header.put("journal_version", (long) JOURNAL_VERSION);
    header.put("session_id", session.value());
    header.put("protocol", protocol);
    return ConfigJson.write(header);
  }

  /**
   * Reads the first line of a journal.
   *
   * @throws WireException when it is no header, or one of a version that is not read here
   */
  public static Header readHeader(String line) {
    Map<String, @Nullable Object> header = ConfigJson.read("header", line);
    if (!(header.get("journal_version") instanceof Long version)) {
      throw WireException.missing("header.journal_version");
    }
    if (version != JOURNAL_VERSION) {
      throw WireException.illegal(
          "header.journal_version",
          "is " + version + ", and this version reads " + JOURNAL_VERSION);
    }
    if (!(header.get("session_id") instanceof String session)) {
      throw WireException.missing("header.session_id");
    }
    return new Header(
        JOURNAL_VERSION,
        WireFields.sessionId("header.session_id", session),
        protocol(header.get("protocol")));
  }

  /**
   * A reader of the journal must not take "no rows" for "rows unknown": zero and false are told.
   */
  private static Set<FieldDescriptor> plainNumbers(Descriptor root) {
    Set<Descriptor> messages = new LinkedHashSet<>();
    collect(root, messages);
    return messages.stream()
        .flatMap(message -> message.getFields().stream())
        .filter(field -> !field.hasPresence() && !field.isRepeated())
        .filter(field -> field.getJavaType() != FieldDescriptor.JavaType.STRING)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static void collect(Descriptor message, Set<Descriptor> seen) {
    boolean ours = message.getFile().getPackage().equals("osiris.proxy.v1");
    if (ours && !message.getOptions().getMapEntry() && seen.add(message)) {
      message.getFields().stream()
          .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
          .forEach(field -> collect(field.getMessageType(), seen));
    }
  }

  private static ProtocolVersions protocol(@Nullable Object value) {
    if (value instanceof Map<?, ?> range
        && range.get("min") instanceof Long min
        && range.get("max") instanceof Long max
        && min.intValue() == min
        && max.intValue() == max) {
      return new ProtocolVersions(min.intValue(), max.intValue());
    }
    throw WireException.missing("header.protocol");
  }
}
