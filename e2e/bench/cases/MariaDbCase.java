package bench.cases;

import bench.Case;
import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import bench.Figure;
import bench.Lab;
import bench.cases.DatabaseRaces.Race;
import bench.cases.DatabaseSteps.Taken;
import java.util.List;
import java.util.Map;

/** MariaDB at the speed of the wire: reading and writing 2,000,000 rows against its own client, and reading against pandas. */
public final class MariaDbCase implements Case {

  @Override
  public String name() {
    return "mariadb";
  }

  @Override
  public String about() {
    return "2,000,000 rows from and to MariaDB in 512 MB, against mariadb and pandas (Docker)";
  }

  @Override
  public void run(Lab lab) throws Exception {
    try (DatabaseRaces races = new DatabaseRaces(lab, Kind.MARIADB)) {
      lab.part("read", lab.workers().containersMissing(), () -> read(races));
      lab.part("write", lab.workers().containersMissing(), () -> write(races));
      lab.part("pandas", lab.workers().containersMissing(), () -> races.pandas("MariaDB to DuckDB", "pymysql", "python3-pymysql", 8));
    }
  }

  private static List<Figure> read(DatabaseRaces races) throws Exception {
    DatabaseServer server = races.server();
    try (DatabaseSteps worker = races.worker("512m")) {
      return races.race(
          new Race("MariaDB to DuckDB", "512m", "mariadb", "mariadb --quick --batch > /dev/null", 1.7, 1.3),
          () -> worker.extract(Map.of("table", "mixed")),
          () -> server.clientMillis(server.shell() + " --quick --batch -e 'SELECT * FROM mixed' > /dev/null"));
    }
  }

  private static List<Figure> write(DatabaseRaces races) throws Exception {
    DatabaseServer server = races.server();
    MixedTable.makeTarget(server, Kind.MARIADB);
    // As LOAD DATA reads it again: the bit as a number, NULL as \N.
    server.client(
        server.shell()
            + " --quick --batch --skip-column-names -e 'SELECT id, customer, amount, ratio, flag + 0, day, at, atz, name, comment FROM mixed'"
            + " | sed -e 's/\\tNULL/\\t\\\\N/g' > /exchange/mixed.tsv");
    String load =
        "LOAD DATA LOCAL INFILE \"/exchange/mixed.tsv\" INTO TABLE target CHARACTER SET utf8mb4"
            + " (id, customer, amount, ratio, @flag, day, at, atz, name, comment) SET flag = CAST(@flag AS UNSIGNED)";
    try (DatabaseSteps worker = races.worker("512m")) {
      Taken read = worker.extract(Map.of("table", "mixed"));
      return races.race(
          new Race("DuckDB to MariaDB", "512m", "LOAD DATA LOCAL", "LOAD DATA LOCAL INFILE of a file, by mariadb", 1.2, 1.0),
          () -> {
            server.sql("TRUNCATE target;");
            return worker.write(Map.of("table", "target"), read.step());
          },
          () -> {
            server.sql("TRUNCATE target;");
            return server.clientMillis(server.shell() + " -e '" + load + "'");
          });
    }
  }
}
