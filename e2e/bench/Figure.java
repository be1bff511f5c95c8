package bench;

import java.util.List;

/**
 * A measured number.
 *
 * @param n how many measurements it stands for
 * @param p95 not exceeded by that share of the measurements; where more is better, reached by that share
 * @param limit what the product promises, NaN when it promises nothing
 * @param atLeast whether more is better: the promise is a least and not a most
 * @param note what it was measured on
 */
public record Figure(String name, String unit, int n, double median, double p95, double limit, boolean atLeast, String note) {

  public static Figure of(String name, String unit, List<Double> values, double limit, String note) {
    return new Figure(name, unit, values.size(), percentile(values, 50), percentile(values, 95), limit, false, note);
  }

  public static Figure of(String name, String unit, double value, double limit, String note) {
    return new Figure(name, unit, 1, value, value, limit, false, note);
  }

  /** One of which more is better. */
  public static Figure atLeast(String name, String unit, List<Double> values, double limit, String note) {
    return new Figure(name, unit, values.size(), percentile(values, 50), percentile(values, 5), limit, true, note);
  }

  public static Figure unpromised(String name, String unit, double value, String note) {
    return of(name, unit, value, Double.NaN, note);
  }

  public boolean promised() {
    return !Double.isNaN(limit);
  }

  public boolean kept() {
    return atLeast ? median >= limit : median <= limit;
  }

  /** The value that this share of the values does not exceed; the median of an even number is the upper of the two in the middle. */
  public static double percentile(List<Double> values, int percent) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, (int) Math.floor(percent / 100.0 * sorted.size())));
  }
}
