package e2e;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import java.sql.Statement;

/** Finds one table. */
public final class VaultDiscover implements Driver {

  @Override
  public String component() {
    return "vault.discover";
  }

  @Override
  public void run(StepContext context) throws Exception {
    try (Statement statement = context.open().createStatement()) {
      statement.execute("CREATE TABLE tables AS SELECT 'gold' AS \"table\"");
    }
  }
}
