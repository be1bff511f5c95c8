package dev.osiris.step;

/**
 * A transaction that is about to be committed at a target outside the session.
 *
 * @param target for people: a table, without secrets
 * @param rows that the target holds of the step once it is committed
 * @param transaction by which the target can be asked later what became of it, in the driver's own
 *     words: 1 to 200 printable ASCII characters; no secret
 */
public record PendingCommit(String target, long rows, String transaction) {

  private static final int MOST = 200;

  public PendingCommit {
    if (transaction.isEmpty()
        || transaction.length() > MOST
        || !transaction.chars().allMatch(letter -> letter > ' ' && letter < 0x7F)) {
      throw new IllegalArgumentException(
          "the identity of a transaction is 1 to " + MOST + " printable ASCII characters");
    }
  }

  /** What holds once it is committed. */
  public Written written() {
    return new Written(target, rows, null);
  }
}
