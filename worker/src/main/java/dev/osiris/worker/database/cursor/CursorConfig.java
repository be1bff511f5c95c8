package dev.osiris.worker.database.cursor;

import dev.osiris.driver.StepConfig;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a step that reads by a cursor.
 *
 * @param column whose value grows with every change of a row
 * @param keys what tells rows of one value apart; empty for the primary key of the table
 * @param start value from which the first run reads, in the server's text form
 * @param lag how far behind the server's clock a run ends; empty for not at all
 * @param skipNulls whether rows without a value are passed over, or end the step
 * @param limit most rows of one run
 * @param chunkBytes as they come from the server, after which rows are committed
 */
public record CursorConfig(
    String column,
    List<String> keys,
    Optional<String> start,
    Optional<Duration> lag,
    boolean skipNulls,
    Optional<Long> limit,
    long chunkBytes) {

  private static final String COLUMN = "cursor_column";
  private static final List<String> REFUSED = List.of("offset", "parallel", "parallel_by");

  public CursorConfig {
    keys = List.copyOf(keys);
  }

  /**
   * Of a configuration; empty for a step that reads everything.
   *
   * @throws StepException {@code CONFIG_INVALID} for keys that contradict each other
   */
  public static Optional<CursorConfig> of(StepConfig config) {
    if (!config.has(COLUMN)) {
      return Optional.empty();
    }
    for (String key : REFUSED) {
      if (config.has(key)) {
        throw StepException.of(
            FailureCode.CONFIG_INVALID,
            "config key '" + key + "' does not go with 'cursor_column', which reads in one order",
            "leave out one of them");
      }
    }
    return Optional.of(
        new CursorConfig(
            config.text(COLUMN),
            config.value("cursor_key") instanceof String key
                ? List.of(key)
                : config.texts("cursor_key"),
            config.has("cursor_start")
                ? Optional.of(String.valueOf(config.value("cursor_start")))
                : Optional.empty(),
            config.has("cursor_lag")
                ? Optional.of(config.duration("cursor_lag"))
                : Optional.empty(),
            config.text("cursor_nulls").equalsIgnoreCase("skip"),
            config.optionalInteger("limit"),
            config.size("chunk_size").bytes()));
  }
}
