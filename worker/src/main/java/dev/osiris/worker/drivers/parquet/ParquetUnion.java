package dev.osiris.worker.drivers.parquet;

import dev.osiris.component.Suggestion;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.drivers.parquet.ParquetFile.Incoming;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One table out of several files: columns are matched by name, a column that a file lacks is null
 * there, and types that differ are widened where that is exact.
 *
 * @param columns by {@link Sql#key}, in order of first appearance
 */
record ParquetUnion(List<ParquetFile> files, Map<String, Merged> columns) {

  /**
   * A column of the table.
   *
   * @param type holds the values of all files exactly
   * @param source a file that has the column, for messages
   */
  record Merged(String name, DuckDbType type, Path source) {}

  ParquetUnion {
    files = List.copyOf(files);
    columns = new LinkedHashMap<>(columns);
  }

  /**
   * Brings files together that were opened for the same columns.
   *
   * @param wanted these columns, in the order of the table; empty for all
   * @throws StepException {@code COLUMN_UNKNOWN}, or {@code TYPE_UNSUPPORTED} when no type holds a
   *     column exactly
   */
  static ParquetUnion of(List<ParquetFile> files, List<String> wanted) {
    Map<String, Merged> merged = new LinkedHashMap<>();
    List<String> keys = wanted.stream().map(Sql::key).toList();
    for (ParquetFile file : files) {
      file.columns()
          .forEach((key, column) -> {
            if (keys.isEmpty() || keys.contains(key)) {
              merged.merge(
                  key, new Merged(column.name(), column.type(), file.path()), ParquetUnion::widen);
            }
          });
    }
    return new ParquetUnion(files, wanted.isEmpty() ? merged : inOrder(files, merged, wanted));
  }

  /** A SELECT over all files, in their order. */
  String query(boolean hivePartitioning) {
    List<String> selects = new ArrayList<>();
    for (int start = 0, end; start < files.size(); start = end) {
      ParquetFile first = files.get(start);
      end = start + 1;
      while (end < files.size() && files.get(end).columns().equals(first.columns())) {
        end++;
      }
      List<Path> paths = files.subList(start, end).stream().map(ParquetFile::path).toList();
      selects.add(
          "SELECT "
              + columns.entrySet().stream()
                  .map(column -> expression(first, column.getKey(), column.getValue()))
                  .collect(Collectors.joining(", "))
              + " FROM "
              + ParquetFile.read(Sql.files(paths), hivePartitioning));
    }
    return String.join(" UNION ALL ", selects);
  }

  /** Whether any file holds a column in another type than it was. */
  boolean restores() {
    return files.stream()
        .flatMap(file -> file.columns().values().stream())
        .anyMatch(Incoming::restored);
  }

  private static String expression(ParquetFile file, String key, Merged merged) {
    Incoming column = file.columns().get(key);
    String name = Sql.name(merged.name());
    if (column == null) {
      return Sql.cast("NULL", merged.type()) + " AS " + name;
    }
    String own = column.expression();
    String value = column.type().equals(merged.type()) ? own : Sql.cast(own, merged.type());
    return value + " AS " + name;
  }

  private static Merged widen(Merged left, Merged right) {
    DuckDbType type =
        WiderType.of(left.type(), right.type())
            .orElseThrow(() ->
                new StepException(
                    Failure.of(
                            FailureCode.TYPE_UNSUPPORTED,
                            ("column '%s' is %s in '%s' and %s in '%s', and no type holds both"
                                    + " exactly")
                                .formatted(
                                    left.name(),
                                    left.type().sql(),
                                    left.source(),
                                    right.type().sql(),
                                    right.source()))
                        .inFile(right.source().toString())
                        .inColumn(left.name())
                        .advise(
                            "read the files in separate steps and cast in a query, or leave"
                                + " the column out with 'columns'")));
    return new Merged(left.name(), type, left.source());
  }

  private static Map<String, Merged> inOrder(
      List<ParquetFile> files, Map<String, Merged> merged, List<String> wanted) {
    Map<String, Merged> ordered = new LinkedHashMap<>();
    for (String name : wanted) {
      Merged column = merged.get(Sql.key(name));
      if (column == null) {
        throw unknown(files, name);
      }
      if (ordered.put(Sql.key(name), column) != null) {
        throw StepException.of(
            FailureCode.CONFIG_INVALID, "config key 'columns' names '" + name + "' twice");
      }
    }
    return ordered;
  }

  private static StepException unknown(List<ParquetFile> files, String name) {
    List<String> known = files.stream().flatMap(file -> file.names().stream()).distinct().toList();
    return new StepException(
        Failure.of(
                FailureCode.COLUMN_UNKNOWN,
                "no file has a column '" + name + "'" + Suggestion.phrase(name, known))
            .inFile(files.getFirst().path().toString())
            .inColumn(name));
  }
}
