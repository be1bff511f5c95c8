package dev.osiris.worker.drivers.mysql.read;

/**
 * A value that the type of its column cannot hold. Thrown for one row of many, so without stack.
 */
final class Unfitting extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String advice;

  /**
   * @param message what the value is, without the value: the rest of "the value … "
   */
  Unfitting(String message, String advice) {
    super(message, null, false, false);
    this.advice = advice;
  }

  String advice() {
    return advice;
  }
}
