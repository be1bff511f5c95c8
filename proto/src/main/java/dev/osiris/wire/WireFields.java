package dev.osiris.wire;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Single fields, checked: what comes out may be used, what may not is a {@link WireException}. */
final class WireFields {

  private static final Pattern ATTEMPT = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}&&[^\\n\\t]]");

  private WireFields() {}

  static SessionId sessionId(String field, String value) {
    try {
      return new SessionId(value);
    } catch (IllegalArgumentException refused) {
      throw WireException.illegal(field, refused);
    }
  }

  static StepId stepId(String field, String value) {
    try {
      return new StepId(value);
    } catch (IllegalArgumentException refused) {
      throw WireException.illegal(field, refused);
    }
  }

  static List<StepId> stepIds(String field, List<String> values) {
    return IntStream.range(0, values.size())
        .mapToObj(i -> stepId(field + "[" + i + "]", values.get(i)))
        .toList();
  }

  static String attempt(String field, String value) {
    if (!ATTEMPT.matcher(value).matches()) {
      throw WireException.illegal(field, "must be 1 to 64 letters, digits or '-'");
    }
    return value;
  }

  static String commandId(String value) {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > WireLimits.COMMAND_ID_BYTES) {
      throw WireException.tooLarge("command_id", bytes, WireLimits.COMMAND_ID_BYTES);
    }
    return value;
  }

  static String present(String field, String value) {
    if (value.isEmpty()) {
      throw WireException.missing(field);
    }
    return value;
  }

  static @Nullable String orNull(String value) {
    return value.isEmpty() ? null : value;
  }

  static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }

  static String sha256(String field, String value) {
    if (!SHA256.matcher(value).matches()) {
      throw WireException.illegal(field, "must be 64 lower-case hexadecimal digits");
    }
    return value;
  }

  /** Java has no unsigned numbers: what does not fit is no honest count. */
  static long count(String field, long value) {
    if (value < 0) {
      throw WireException.illegal(field, "is larger than any count");
    }
    return value;
  }

  static int count(String field, int value) {
    if (value < 0) {
      throw WireException.illegal(field, "is larger than any count");
    }
    return value;
  }

  static ByteSize size(String field, long bytes) {
    return new ByteSize(count(field, bytes));
  }

  static String absolutePath(String field, String value) {
    if (!value.startsWith("/") || value.indexOf('\0') >= 0) {
      throw WireException.illegal(field, "must be an absolute path");
    }
    return value;
  }

  /** A path below {@code folder} of the session directory, without a way out of it. */
  static String pathBelow(String folder, String field, String value) {
    boolean inside =
        value.startsWith(folder + "/")
            && value.indexOf('\0') < 0
            && value.indexOf('\\') < 0
            && List.of(value.split("/", -1)).stream()
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (!inside) {
      throw WireException.illegal(field, "must be a path below " + folder + "/");
    }
    return value;
  }

  /** A text for people: what could move a terminal's cursor or colour it is taken out. */
  static String forPeople(String value) {
    return UNPRINTABLE.matcher(value).replaceAll("");
  }

  static ProtocolVersions versions(String field, dev.osiris.wire.v1.ProtocolVersions message) {
    int min = message.getMin();
    int max = message.getMax();
    if (min < 1 || max < min) {
      throw WireException.illegal(field, "must be a range of versions, from 1 on");
    }
    return new ProtocolVersions(min, max);
  }

  static dev.osiris.wire.v1.ProtocolVersions versions(ProtocolVersions versions) {
    return dev.osiris.wire.v1.ProtocolVersions.newBuilder()
        .setMin(versions.min())
        .setMax(versions.max())
        .build();
  }

  static Duration duration(String field, com.google.protobuf.Duration message) {
    if (!Durations.isValid(message) || Durations.isNegative(message)) {
      throw WireException.illegal(field, "must be a duration that is not negative");
    }
    return Duration.ofSeconds(message.getSeconds(), message.getNanos());
  }

  static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  static Instant instant(String field, Timestamp message) {
    if (!Timestamps.isValid(message)) {
      throw WireException.illegal(field, "must be a time between the years 1 and 9999");
    }
    return Instant.ofEpochSecond(message.getSeconds(), message.getNanos());
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
