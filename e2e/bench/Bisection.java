package bench;

import java.util.ArrayList;
import java.util.List;

/** Finds the smallest of evenly spaced values that is enough, where every larger one is enough, too. */
public final class Bisection {

  private Bisection() {}

  /** Whether a value is enough. */
  public interface Test {
    boolean enough(int value) throws Exception;
  }

  /** One measurement of a value against its baseline, the two in turn; NaN where the value fails at once. */
  public interface Pair {
    double ratio(int value) throws Exception;
  }

  /**
   * Tries from the least on in strides that double, since what is too little mostly shows soon, and then between.
   *
   * @param least known not to be enough
   * @return a multiple of {@code step} above {@code least}, up to {@code most}
   * @throws IllegalStateException when the largest is not enough
   */
  public static int smallest(int least, int most, int step, Test test) throws Exception {
    int low = least / step;
    int high = low + 1;
    for (int stride = 1; !test.enough(high * step); stride *= 2) {
      if (high * step == most) {
        throw new IllegalStateException(most + " is not enough");
      }
      low = high;
      high = Math.min(most / step, high + 2 * stride);
    }
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

  /** A value is enough when the median of so many pairs is at most the limit; ends as soon as that is decided. */
  public static Test byPairs(int pairs, double limit, Pair pair) {
    return value -> {
      int good = 0;
      int bad = 0;
      List<String> seen = new ArrayList<>();
      while (good <= pairs / 2 && bad <= (pairs - 1) / 2) {
        double ratio = pair.ratio(value);
        seen.add("%.2f".formatted(ratio));
        if (Double.isNaN(ratio)) {
          bad = pairs;
        } else if (ratio <= limit) {
          good++;
        } else {
          bad++;
        }
      }
      System.err.println(value + ": " + String.join(" ", seen));
      return good > bad;
    };
  }
}
