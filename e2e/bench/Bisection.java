package bench;

/** Finds the smallest of evenly spaced values that is enough, where every larger one is enough, too. */
public final class Bisection {

  private Bisection() {}

  /** Whether a value is enough. */
  public interface Test {
    boolean enough(int value) throws Exception;
  }

  /**
   * Tries about log2 of the number of values.
   *
   * @param most tried first
   * @return a multiple of {@code step} above {@code least}, up to {@code most}
   * @throws IllegalStateException when the largest is not enough
   */
  public static int smallest(int least, int most, int step, Test test) throws Exception {
    if (!test.enough(most)) {
      throw new IllegalStateException(most + " is not enough");
    }
    int low = least / step;
    int high = most / step;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (test.enough(middle * step)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high * step;
  }
}
