package dev.osiris.worker.duckdb;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a query may read: names as they stand after FROM. Immutable; compares as DuckDB does.
 *
 * @param plain names without a schema, e.g. {@code orders}, {@code df_orders}, {@code input_df}
 * @param qualified tables by schema, e.g. {@code input_db -> main}, {@code shop -> customers}
 */
public record Relations(Set<String> plain, Map<String, Set<String>> qualified) {

  public Relations {
    plain = folded(plain);
    qualified =
        qualified.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    e -> fold(e.getKey()), e -> folded(e.getValue()), Relations::union));
  }

  boolean has(String table) {
    return plain.contains(fold(table));
  }

  boolean has(String schema, String table) {
    return qualified.getOrDefault(fold(schema), Set.of()).contains(fold(table));
  }

  /** For messages: sorted, quoted only as far as a reader needs it. */
  String describe() {
    Set<String> names = new TreeSet<>(plain);
    qualified.forEach((schema, tables) -> tables.forEach(t -> names.add(schema + "." + t)));
    return names.isEmpty() ? "none" : names.stream().limit(8).collect(Collectors.joining(", "));
  }

  /**
   * Lower case in ASCII alone, which is all that DuckDB folds. {@link String#toLowerCase(Locale)}
   * would fold the Kelvin sign to {@code k}, and a CTE spelt with it would vouch for a system view.
   */
  static String fold(String name) {
    StringBuilder folded = new StringBuilder(name);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        folded.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return folded.toString();
  }

  private static Set<String> folded(Collection<String> names) {
    return names.stream().map(Relations::fold).collect(Collectors.toUnmodifiableSet());
  }

  private static Set<String> union(Set<String> left, Set<String> right) {
    Set<String> all = new TreeSet<>(left);
    all.addAll(right);
    return Set.copyOf(all);
  }
}
