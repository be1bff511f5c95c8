package example;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import java.nio.file.Path;
import java.sql.Statement;

/** Reads JSON lines into a table: DuckDB does the work, no row passes through Java. */
public final class LinesExtractor implements Driver {

  @Override
  public String component() {
    return "example.lines_extractor";
  }

  @Override
  public void run(StepContext context) throws Exception {
    Path file = context.files().read(context.config().text("path")).getFirst();
    String path = file.toString().replace("'", "''");
    try (Statement load = context.open().createStatement()) {
      load.execute("CREATE TABLE main AS FROM read_json('" + path + "')");
    }
  }
}
