package bench;

import java.util.List;

/**
 * A measured number.
 *
 * @param n how many measurements it stands for
 * @param limit most that the product promises, NaN when it promises nothing
 * @param note what it was measured on
 */
public record Figure(String name, String unit, int n, double median, double p95, double limit, String note) {

  public static Figure of(String name, String unit, List<Double> values, double limit, String note) {
    return new Figure(name, unit, values.size(), percentile(values, 50), percentile(values, 95), limit, note);
  }

  public static Figure of(String name, String unit, double value, double limit, String note) {
    return new Figure(name, unit, 1, value, value, limit, note);
  }

  public static Figure unpromised(String name, String unit, double value, String note) {
    return of(name, unit, value, Double.NaN, note);
  }

  public boolean promised() {
    return !Double.isNaN(limit);
  }

  public boolean kept() {
    return median <= limit;
  }

  /** The value that this share of the values does not exceed; the median of an even number is the upper of the two in the middle. */
  public static double percentile(List<Double> values, int percent) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, (int) Math.floor(percent / 100.0 * sorted.size())));
  }
}
