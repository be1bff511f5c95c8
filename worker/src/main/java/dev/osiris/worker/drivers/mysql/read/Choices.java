package dev.osiris.worker.drivers.mysql.read;

import dev.osiris.driver.StepConfig;

/**
 * What the pipeline decides about values that have more than one form in DuckDB.
 *
 * @param numeric for DECIMAL of more than 38 digits
 * @param zeroDatesAreNull whether a date that no calendar has is NULL; else it stops the step
 * @param tinyint1IsBoolean whether {@code tinyint(1)} is BOOLEAN
 * @param geometryIsText whether a geometry is its well-known text; else its well-known bytes
 */
public record Choices(
    Numeric numeric, boolean zeroDatesAreNull, boolean tinyint1IsBoolean, boolean geometryIsText) {

  /** The form of a DECIMAL that DuckDB's may be too short for. */
  public enum Numeric {
    /** {@code DECIMAL(38,s)}; a value of more digits stops the step. */
    DECIMAL,
    TEXT,
    DOUBLE
  }

  /** Nothing changes, whatever is asked. */
  public static final Choices PLAIN = new Choices(Numeric.DECIMAL, false, false, false);

  /** Of a step's keys. */
  public static Choices of(StepConfig config) {
    return new Choices(
        switch (config.text("numeric")) {
          case "text" -> Numeric.TEXT;
          case "double" -> Numeric.DOUBLE;
          default -> Numeric.DECIMAL;
        },
        config.text("zero_dates").equals("null"),
        config.flag("tinyint1_as_bool"),
        config.text("geometry").equals("text"));
  }
}
