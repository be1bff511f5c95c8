package dev.osiris.worker.drivers.mysql.encode;

import java.util.ArrayList;
import java.util.List;

/**
 * The type of a column of the target, as information_schema has it.
 *
 * @param name in small letters, without anything behind it: {@code decimal}
 * @param full with all that is behind it: {@code decimal(10,2) unsigned}
 * @param length characters or bytes of a text or of bytes, bits of a bit; else 0
 * @param scale digits behind the point; -1 where the type does not say
 * @param fraction digits of seconds behind the point
 */
public record TargetType(String name, String full, long length, int scale, int fraction) {

  /** Microseconds in the smallest step of a time. */
  long microsStep() {
    long step = 1;
    for (int digits = fraction; digits < 6; digits++) {
      step *= 10;
    }
    return step;
  }

  /** The values of an enum or set. */
  List<String> values() {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean inside = false;
    for (int i = full.indexOf('(') + 1; i < full.length(); i++) {
      char c = full.charAt(i);
      if (c != '\'') {
        if (inside) {
          value.append(c);
        }
      } else if (inside && i + 1 < full.length() && full.charAt(i + 1) == '\'') {
        value.append(c);
        i++;
      } else {
        if (inside) {
          values.add(value.toString());
          value.setLength(0);
        }
        inside = !inside;
      }
    }
    return values;
  }
}
