package dev.osiris.worker.database;

import dev.osiris.driver.StepConfig;
import java.util.Locale;

/** What becomes of the rows that a target has before. */
public enum WriteMode {
  /** They stay, and the step's rows are added. */
  APPEND,
  /** They go: the target holds the step's rows and no others. */
  REPLACE,
  /** Those with the key of a row of the step get its values, the others stay. */
  UPSERT;

  /** Of the key {@code write_mode}; {@code insert} is another word for append. */
  public static WriteMode of(StepConfig config) {
    String word = config.text("write_mode").toUpperCase(Locale.ROOT);
    return word.equals("INSERT") ? APPEND : valueOf(word);
  }
}
