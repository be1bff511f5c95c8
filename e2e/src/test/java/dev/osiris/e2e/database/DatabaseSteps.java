package dev.osiris.e2e.database;

import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.wire.v1.RunStep;

/** Steps that use a database of a test, by the family that their component names. */
final class DatabaseSteps {

  private DatabaseSteps() {}

  /** A step with the connection to that database. */
  static RunStep.Builder step(Database database, String id, String component, String config) {
    RunStep.Builder step = Commands.step(id, component, config);
    var connection =
        step.getConnectionBuilder()
            .setFamily(component.substring(0, component.indexOf('.')))
            .setAlias("main");
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
