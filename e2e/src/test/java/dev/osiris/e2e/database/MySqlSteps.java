package dev.osiris.e2e.database;

import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.wire.v1.RunStep;

/** Commands to run steps of the family mysql on a test's own database. */
final class MySqlSteps {

  private final Database database;

  MySqlSteps(Database database) {
    this.database = database;
  }

  RunStep.Builder extract(String id, String config) {
    return step(id, "mysql.extractor", config);
  }

  RunStep.Builder step(String id, String component, String config) {
    RunStep.Builder step = Commands.step(id, component, config);
    var connection = step.getConnectionBuilder().setFamily("mysql").setAlias("main");
    database
        .connection()
        .forEach((field, value) -> {
          if (!field.equals("password")) {
            connection.putFields(field, String.valueOf(value));
          }
        });
    connection.getSecretsBuilder().putValues("password", database.password());
    return step;
  }
}
