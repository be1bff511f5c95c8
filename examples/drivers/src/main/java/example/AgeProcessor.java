package example;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepInput;

/** Keeps the rows of people who are old enough; the filter runs inside DuckDB. */
public final class AgeProcessor implements Driver {

  @Override
  public String component() {
    return "example.age_processor";
  }

  @Override
  public void run(StepContext context) throws Exception {
    StepInput.Table people = context.onlyInput();
    long years = context.config().integer("older_than");
    String query = "SELECT * FROM " + people.relation() + " WHERE age > " + years;
    long rows = context.sql("main", query);
    context.events().metric("rows_kept", rows, "rows");
  }
}
