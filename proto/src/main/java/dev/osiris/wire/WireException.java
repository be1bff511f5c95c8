package dev.osiris.wire;

import java.util.Locale;

/**
 * A message that means nothing in this protocol: the other side is defective or hostile. It never
 * quotes a value, except ids and numbers.
 */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String field;

  private WireException(String field, String problem) {
    super(field + " " + problem);
    this.field = field;
  }

  static WireException missing(String field) {
    return new WireException(field, "is missing");
  }

  static WireException unknown(String field, int number) {
    return new WireException(field, String.format(Locale.ROOT, "has the unknown value %d", number));
  }

  static WireException illegal(String field, String problem) {
    return new WireException(field, problem);
  }

  static WireException tooLarge(String field, long size, long limit) {
    return new WireException(
        field, String.format(Locale.ROOT, "has %d bytes and may have %d", size, limit));
  }

  static WireException illegal(String field, IllegalArgumentException refused) {
    return new WireException(field, "is not accepted: " + refused.getMessage());
  }

  /** The field concerned, by its name in the .proto file: {@code run_step.step_id}. */
  public String field() {
    return field;
  }
}
