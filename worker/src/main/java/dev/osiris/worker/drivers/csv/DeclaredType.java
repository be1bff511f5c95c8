package dev.osiris.worker.drivers.csv;

import dev.osiris.component.Suggestion;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types that {@code dtype} names: DuckDB's words, and those of the predecessor's pipelines. */
final class DeclaredType {

  private static final Pattern DECIMAL =
      Pattern.compile("(?:DECIMAL|NUMERIC)\\s*\\(\\s*(\\d{1,2})\\s*(?:,\\s*(\\d{1,2})\\s*)?\\)");

  private static final String WHOLE =
      "{t}::VARCHAR = {x} OR {t} IS NOT NULL"
          + " AND regexp_full_match({x}, ' *[+-]?[0-9]+(\\.0*)? *')";

  private static final String FLOATING =
      "isfinite({t}) AND regexp_full_match({x},"
          + " ' *[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)? *')"
          + " OR NOT isfinite({t}) AND regexp_full_match(lower({x}), ' *[+-]?(nan|inf|infinity) *')";

  private static final String ISO_DATE =
      "{t} IS NOT NULL AND regexp_full_match({x}, '[0-9]{4}-[0-9]{2}-[0-9]{2}')";

  private static final String KNOWN = "{t} IS NOT NULL";

  private static final Map<String, CheckedType> TYPES = types();

  private DeclaredType() {}

  /**
   * The type of that name.
   *
   * @throws StepException {@code CONFIG_INVALID}
   */
  static CheckedType of(String column, String word) {
    String name = word.strip().toUpperCase(Locale.ROOT);
    CheckedType type = TYPES.get(name);
    if (type != null) {
      return type;
    }
    Matcher decimal = DECIMAL.matcher(name);
    if (decimal.matches()) {
      int width = Integer.parseInt(decimal.group(1));
      int scale = decimal.group(2) == null ? 0 : Integer.parseInt(decimal.group(2));
      if (width >= 1 && width <= 38 && scale <= width) {
        return decimal(width, scale);
      }
    }
    throw StepException.of(
        FailureCode.CONFIG_INVALID,
        "config key 'dtype."
            + column
            + "' is no type that a column can be declared with"
            + Suggestion.phrase(name, TYPES.keySet()));
  }

  private static CheckedType decimal(int width, int scale) {
    return CheckedType.of(
        "DECIMAL(" + width + "," + scale + ")",
        "{t} IS NOT NULL AND regexp_full_match({x}, ' *[+-]?([0-9]+(\\.[0-9]{0,"
            + scale
            + "}0*)?|\\.[0-9]{0,"
            + scale
            + "}0*) *')");
  }

  private static Map<String, CheckedType> types() {
    Map<String, CheckedType> types = new HashMap<>();
    for (String name :
        "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT"
            .split(" ")) {
      types.put(name, CheckedType.of(name, WHOLE));
    }
    for (String name : "FLOAT DOUBLE".split(" ")) {
      types.put(name, CheckedType.of(name, FLOATING));
    }
    for (String name : "BOOLEAN TIME INTERVAL UUID BLOB JSON".split(" ")) {
      types.put(name, CheckedType.of(name, KNOWN));
    }
    types.put("DATE", CheckedType.of("DATE", ISO_DATE));
    types.put("TIMESTAMP", GuessedTypes.TIMESTAMP);
    types.put("TIMESTAMP WITH TIME ZONE", GuessedTypes.TIMESTAMPTZ);
    types.put("VARCHAR", new CheckedType("VARCHAR", "{x}", "true"));
    types.put("DECIMAL", decimal(18, 3));
    alias(types, "BIGINT", "INT INT64 LONG");
    alias(types, "INTEGER", "INT32");
    alias(types, "SMALLINT", "INT16");
    alias(types, "TINYINT", "INT8");
    alias(types, "UBIGINT", "UINT64");
    alias(types, "UINTEGER", "UINT32");
    alias(types, "USMALLINT", "UINT16");
    alias(types, "UTINYINT", "UINT8");
    alias(types, "HUGEINT", "INT128");
    alias(types, "VARCHAR", "STR STRING OBJECT TEXT CATEGORY");
    alias(types, "BOOLEAN", "BOOL");
    alias(types, "TIMESTAMP", "DATETIME DATETIME64 DATETIME64[NS]");
    alias(types, "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ");
    alias(types, "FLOAT", "REAL FLOAT4 FLOAT32");
    alias(types, "DOUBLE", "FLOAT8 FLOAT64");
    // The predecessor's float has 64 bits; DuckDB's narrow one is REAL.
    types.put("FLOAT", CheckedType.of("DOUBLE", FLOATING));
    return Map.copyOf(types);
  }

  private static void alias(Map<String, CheckedType> types, String name, String words) {
    CheckedType type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException(name);
    }
    for (String word : words.split(" ")) {
      types.put(word, type);
    }
  }
}
