package e2e;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.sql.Statement;

/** Reaches hosts that are called up, warns of port 2, and is refused by all others. */
public final class VaultDoctor implements Driver {

  @Override
  public String component() {
    return "vault.doctor";
  }

  @Override
  public void run(StepContext context) throws Exception {
    var fields = context.connection().orElseThrow().fields();
    if (!"up".equals(fields.get("host"))) {
      throw StepException.of(
          FailureCode.CONNECTION_FAILED,
          "nobody answers at " + fields.get("host"),
          "start the server");
    }
    try (Statement statement = context.open().createStatement()) {
      statement.execute(
          "CREATE TABLE main (\"check\" VARCHAR, status VARCHAR, message VARCHAR, advice VARCHAR)");
      statement.execute("INSERT INTO main VALUES ('login', 'ok', 'logged in', '')");
      if ("2".equals(fields.get("port"))) {
        statement.execute("INSERT INTO main VALUES ('port', 'warn', 'is 2', 'take 1')");
      }
      if ("3".equals(fields.get("port"))) {
        statement.execute("INSERT INTO main VALUES ('rights', 'failed', 'may not read', 'grant it')");
      }
    }
  }
}
