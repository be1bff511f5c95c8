package dev.osiris.wire;

import static dev.osiris.wire.WireFields.count;
import static dev.osiris.wire.WireFields.forPeople;
import static dev.osiris.wire.WireFields.orNull;

import dev.osiris.failure.Failure;
import dev.osiris.failure.Failure.Where;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.FailureOwner;
import dev.osiris.wire.v1.FailureLocation;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Failures to and from the wire. */
public final class FailureCodec {

  private static final Map<Integer, FailureCode> BY_NUMBER =
      Arrays.stream(FailureCode.values())
          .collect(Collectors.toUnmodifiableMap(FailureCode::number, Function.identity()));

  private FailureCodec() {}

  public static dev.osiris.wire.v1.Failure encode(Failure failure) {
    dev.osiris.wire.v1.Failure.Builder message =
        dev.osiris.wire.v1.Failure.newBuilder()
            .setCodeValue(failure.code().number())
            .setOwner(encode(failure.owner()))
            .setMessage(failure.message())
            .setRetryable(failure.retryable())
            .setAdvice(failure.advice());
    if (!failure.where().equals(Where.NOWHERE)) {
      message.setLocation(encode(failure.where()));
    }
    return message.build();
  }

  /**
   * Reads a failure. A code that this version does not know becomes the most general one of its
   * owner, and the message gives its number.
   *
   * @param field where it stands in the message, for errors
   * @throws WireException when neither code nor owner is known
   */
  public static Failure decode(String field, dev.osiris.wire.v1.Failure message) {
    FailureCode code = BY_NUMBER.get(message.getCodeValue());
    String text = forPeople(message.getMessage());
    if (code == null) {
      int number = message.getCodeValue();
      code = general(owner(field + ".owner", message));
      text = "failure code " + number + ", which this version does not know: " + text;
    }
    Where where =
        message.hasLocation() ? decode(field + ".location", message.getLocation()) : Where.NOWHERE;
    return new Failure(code, text, message.getRetryable(), forPeople(message.getAdvice()), where);
  }

  private static FailureOwner owner(String field, dev.osiris.wire.v1.Failure message) {
    return switch (message.getOwner()) {
      case FAILURE_OWNER_USER -> FailureOwner.USER;
      case FAILURE_OWNER_EXTERNAL -> FailureOwner.EXTERNAL;
      case FAILURE_OWNER_RESOURCES -> FailureOwner.RESOURCES;
      case FAILURE_OWNER_INTERNAL -> FailureOwner.INTERNAL;
      case FAILURE_OWNER_UNSPECIFIED, UNRECOGNIZED ->
          throw WireException.unknown(field, message.getOwnerValue());
    };
  }

  private static FailureCode general(FailureOwner owner) {
    return switch (owner) {
      case USER -> FailureCode.CONFIG_INVALID;
      case EXTERNAL -> FailureCode.REMOTE_FAILED;
      case RESOURCES -> FailureCode.LIMIT_REACHED;
      case INTERNAL -> FailureCode.INTERNAL_ERROR;
    };
  }

  private static dev.osiris.wire.v1.FailureOwner encode(FailureOwner owner) {
    return switch (owner) {
      case USER -> dev.osiris.wire.v1.FailureOwner.FAILURE_OWNER_USER;
      case EXTERNAL -> dev.osiris.wire.v1.FailureOwner.FAILURE_OWNER_EXTERNAL;
      case RESOURCES -> dev.osiris.wire.v1.FailureOwner.FAILURE_OWNER_RESOURCES;
      case INTERNAL -> dev.osiris.wire.v1.FailureOwner.FAILURE_OWNER_INTERNAL;
    };
  }

  private static FailureLocation encode(Where where) {
    FailureLocation.Builder message = FailureLocation.newBuilder();
    set(where.file(), message::setFile);
    set(where.line(), message::setLine);
    set(where.row(), message::setRow);
    set(where.column(), message::setColumn);
    set(where.expected(), message::setExpected);
    set(where.count(), message::setCount);
    set(where.rejects(), message::setRejectsPath);
    return message.build();
  }

  private static Where decode(String field, FailureLocation message) {
    String rejects = message.getRejectsPath();
    return new Where(
        orNull(message.getFile()),
        message.hasLine() ? (Long) count(field + ".line", message.getLine()) : null,
        message.hasRow() ? (Long) count(field + ".row", message.getRow()) : null,
        orNull(message.getColumn()),
        orNull(message.getExpected()),
        message.hasCount() ? (Long) count(field + ".count", message.getCount()) : null,
        rejects.isEmpty()
            ? null
            : WireFields.pathBelow("artifacts", field + ".rejects_path", rejects));
  }

  private static <T> void set(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
