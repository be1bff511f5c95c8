package dev.osiris.driver;

/**
 * The code that runs a component.
 *
 * <p>A driver jar names its drivers in {@code META-INF/services/dev.osiris.driver.Driver} and
 * describes each in {@code components/<component>.yaml}. One instance serves all steps of a worker,
 * at the same time: keep no state in fields.
 */
public interface Driver {

  /** The component that this driver runs; the same name as in its YAML. */
  String component();

  /**
   * Does the work of one step. Returning means success: what is then at {@link
   * StepContext#dataPath} is checked and published.
   *
   * @throws Exception anything; a {@link dev.osiris.failure.StepException} becomes the failure it
   *     holds, an {@link java.sql.SQLException} of DuckDB is classified by its type, the rest is a
   *     defect of the driver
   */
  void run(StepContext context) throws Exception;
}
