package dev.osiris.worker.database.cursor;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a reading remembers from run to run: what it has read, in which order, and up to where.
 *
 * @param source such as {@code shop "public"."orders"}: another one has other rows
 * @param selection digest of what else decides which rows there are
 */
record CursorState(String source, String selection, List<CursorColumn> cursor) {

  private static final long VERSION = 1;

  /** Of what a session reads. */
  static CursorState of(CursorSession session) {
    CursorSql sql = session.sql();
    return new CursorState(session.source(), sql.digest(), sql.cursor());
  }

  /** To be kept, now that it has read up to there. */
  StepState readTo(Watermark last) {
    List<Map<String, @Nullable Object>> columns = new ArrayList<>();
    for (int i = 0; i < cursor.size(); i++) {
      Map<String, @Nullable Object> column = new LinkedHashMap<>();
      column.put("column", cursor.get(i).name());
      column.put("type", cursor.get(i).type());
      column.put("value", last.values().get(i));
      columns.add(column);
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("cursor_version", VERSION);
    values.put("source", source);
    values.put("selection", selection);
    values.put("read_to", columns);
    return new StepState(values);
  }

  /**
   * Up to where an earlier run has read.
   *
   * @throws StepException {@code CONFIG_INVALID} when it has read something else, or in another
   *     order
   */
  Watermark watermark(StepId step, StepState last) {
    Map<String, @Nullable Object> values = last.values();
    if (!(values.get("cursor_version") instanceof Long version && version == VERSION)
        || !(values.get("read_to") instanceof List<?> columns)) {
      throw unusable(step, "what the last run has left is not understood by this worker");
    }
    if (!source.equals(values.get("source"))) {
      throw unusable(
          step, "the last run has read " + values.get("source") + ", and this one reads " + source);
    }
    List<String> before = new ArrayList<>();
    List<String> read = new ArrayList<>();
    for (Object column : columns) {
      Map<?, ?> one = column instanceof Map<?, ?> map ? map : Map.of();
      before.add("'" + one.get("column") + "' (" + one.get("type") + ")");
      read.add(String.valueOf(one.get("value")));
    }
    List<String> now = cursor.stream().map(CursorColumn::toString).collect(Collectors.toList());
    if (!before.equals(now)) {
      throw unusable(
          step,
          "the last run has read in the order of "
              + String.join(", ", before)
              + ", and this one reads in that of "
              + String.join(", ", now));
    }
    return new Watermark(read);
  }

  /** Whether an earlier run has chosen rows in the same way. */
  boolean choosesAs(StepState last) {
    return selection.equals(last.values().get("selection"));
  }

  private static StepException unusable(StepId step, String why) {
    return StepException.of(
        FailureCode.CONFIG_INVALID,
        why,
        "read everything anew with --full-refresh, or with 'osiris state reset <pipeline> "
            + step
            + "'");
  }
}
