package bench.drivers;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import java.nio.file.Files;

/** For the benchmarks: publishes a DuckDB file that was made before, so that each run need not make its input again. */
public final class Publish implements Driver {

  @Override
  public String component() {
    return "bench.publish";
  }

  @Override
  public void run(StepContext context) throws Exception {
    Files.createLink(context.dataPath(), context.files().read(context.config().text("path")).getFirst());
  }
}
