package dev.osiris.worker.drivers.mysql;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.worker.database.inspect.Checks;
import dev.osiris.worker.database.inspect.Checks.Status;
import dev.osiris.worker.drivers.mysql.session.MySqlServer;
import dev.osiris.worker.drivers.mysql.session.MySqlServer.Purpose;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** Runs {@code mysql.doctor}: connects as a step would, and says what a step would meet. */
public final class MySqlDoctor implements Driver {

  /** Where writers keep which of their transactions were committed. */
  private static final String WRITES = "osiris_writes";

  private static final String HAS_WRITES =
      "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '"
          + WRITES
          + "'";

  /** How the lists of rights name the user. */
  private static final String GRANTEE = "CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')";

  // A right may be granted on all databases of a pattern.
  private static final String MAY_CREATE =
      """
      SELECT EXISTS (SELECT 1 FROM information_schema.user_privileges
          WHERE privilege_type = 'CREATE' AND grantee = %1$s)
        OR EXISTS (SELECT 1 FROM information_schema.schema_privileges
          WHERE privilege_type = 'CREATE' AND grantee = %1$s AND DATABASE() LIKE table_schema)
      """
          .formatted(GRANTEE);

  @Override
  public String component() {
    return "mysql.doctor";
  }

  @Override
  public void run(StepContext context) throws SQLException {
    MySqlServer server = MySqlServer.of(context);
    Checks checks = new Checks();
    try (MySqlSession session = server.connect(Purpose.READ)) {
      context.whenCancelled(session::abort);
      checks.ok("connect", "logged in as " + session.text("SELECT CURRENT_USER()"));
      checks.encryption(
          session.text("SHOW SESSION STATUS LIKE 'Ssl_version'", 2),
          "set 'ssl_mode: required', or 'ssl_ca' to verify the server as well");
      version(session, checks);
      checks.ok("sql_mode", String.valueOf(session.text("SELECT @@SESSION.sql_mode")));
      checks.ok(
          "read",
          session.text(
                  "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()")
              + " tables of the database '"
              + server.database()
              + "' can be seen");
      writing(session, checks);
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
    checks.write(context);
  }

  private static void version(MySqlSession session, Checks checks) throws SQLException {
    DatabaseMetaData server = session.jdbc().getMetaData();
    int release = server.getDatabaseMajorVersion() * 100 + server.getDatabaseMinorVersion();
    boolean mariaDb = session.isMariaDb();
    checks.version(
        (mariaDb ? "MariaDB " : "MySQL ") + session.text("SELECT VERSION()"),
        release >= (mariaDb ? 1006 : 800),
        mariaDb ? "10.6" : "8.0");
  }

  private static void writing(MySqlSession session, Checks checks) throws SQLException {
    if (flag(session, "SELECT @@GLOBAL.read_only")) {
      checks.add(
          "write", Status.WARN, "the server is read-only, as a replica is", "write to its primary");
      return;
    }
    if (flag(session, "SELECT @@GLOBAL.local_infile")) {
      checks.ok("local_infile", "the server takes LOAD DATA LOCAL");
    } else {
      checks.add(
          "local_infile",
          Status.WARN,
          "the server takes no LOAD DATA LOCAL; a writer sends INSERT instead, which is slower",
          "set local_infile=ON at the server");
    }
    if (session.text(HAS_WRITES) != null) {
      checks.ok(WRITES, "the table is there");
    } else if (flag(session, MAY_CREATE)) {
      checks.ok(WRITES, "a writer may create the table");
    } else {
      checks.add(
          WRITES,
          Status.WARN,
          "there is no table '"
              + WRITES
              + "', and no right of the user to create it is seen; a commit whose answer is lost"
              + " may then end as outcome_unknown",
          "grant CREATE on the database to the user; rights by roles are not looked at");
    }
  }

  private static boolean flag(MySqlSession session, String query) throws SQLException {
    return "1".equals(session.text(query));
  }
}
