package dev.osiris.host.cli.view;

import dev.osiris.failure.Failure;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.step.OutputTable;
import dev.osiris.step.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers and failures as people read them. */
final class Texts {

  private Texts() {}

  /** {@code 0.12 s}, {@code 12.3 s}, {@code 3 min 05 s}. */
  static String time(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return String.format(
        Locale.ROOT, "%d min %02d s", duration.toMinutes(), duration.toSecondsPart());
  }

  /** {@code 1,234,567}. */
  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Rows that a step left or wrote; empty when it did neither. */
  static String rows(StepReport step) {
    if (!step.outputs().tables().isEmpty()) {
      return number(step.outputs().rows());
    }
    return step.written().isEmpty()
        ? ""
        : number(step.written().stream().mapToLong(Written::rows).sum());
  }

  /** What a step left, for people. */
  static String left(StepReport step) {
    List<String> parts = new ArrayList<>();
    String path = step.outputs().duckdbPath();
    if (path != null) {
      List<OutputTable> tables = step.outputs().tables();
      boolean single = tables.size() == 1 && tables.getFirst().name().equals(OutputTable.MAIN);
      parts.add(
          single
              ? path
              : path
                  + " ("
                  + String.join(", ", tables.stream().map(OutputTable::name).toList())
                  + ")");
    }
    step.outputs().files().forEach(file -> parts.add(file.path()));
    step.written().forEach(written -> parts.add("→ " + written.target()));
    return String.join(", ", parts);
  }

  /** A failure as a few lines: what, where, what to do. */
  static List<String> failure(Failure failure) {
    List<String> lines = new ArrayList<>();
    lines.add(failure.message());
    Failure.Where where = failure.where();
    List<String> places = new ArrayList<>();
    if (where.file() != null) {
      places.add(where.line() == null ? where.file() : where.file() + ":" + where.line());
    } else if (where.line() != null) {
      places.add("line " + where.line());
    }
    if (where.row() != null) {
      places.add("row " + number(where.row()));
    }
    if (where.column() != null) {
      places.add("column '" + where.column() + "'");
    }
    if (where.expected() != null) {
      places.add("expected " + where.expected());
    }
    if (where.count() != null) {
      places.add(number(where.count()) + " in all");
    }
    if (!places.isEmpty()) {
      lines.add("at " + String.join(", ", places));
    }
    if (where.rejects() != null) {
      lines.add(
          "details, values included, are in " + where.rejects() + " of the session directory");
    }
    if (!failure.advice().isEmpty()) {
      lines.add(failure.advice());
    }
    return lines;
  }
}
