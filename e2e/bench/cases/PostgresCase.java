package bench.cases;

import bench.Case;
import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import bench.Figure;
import bench.Lab;
import bench.cases.DatabaseSteps.Taken;
import java.util.List;
import java.util.Map;

/** PostgreSQL at the speed of the wire: reading and writing 2,000,000 rows against psql's binary COPY, and reading against pandas. */
public final class PostgresCase implements Case {

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public String about() {
    return "2,000,000 rows from and to PostgreSQL in 512 MB, against psql and pandas (Docker)";
  }

  @Override
  public void run(Lab lab) throws Exception {
    try (DatabaseRaces races = new DatabaseRaces(lab, Kind.POSTGRES)) {
      lab.part("read", lab.workers().containersMissing(), () -> read(races, "PostgreSQL to DuckDB, one connection", Map.of("table", "mixed", "parallel", 1L), 1.6, "1.35"));
      lab.part("read parallel", lab.workers().containersMissing(), () -> read(races, "PostgreSQL to DuckDB, as it comes", Map.of("table", "mixed"), 1.4, "1.25"));
      lab.part("write", lab.workers().containersMissing(), () -> write(races));
      lab.part("pandas", lab.workers().containersMissing(), () -> races.pandas("PostgreSQL to DuckDB", "psycopg2", "python3-psycopg2", 5));
    }
  }

  private static List<Figure> read(DatabaseRaces races, String name, Map<String, Object> config, double limit, String goal) throws Exception {
    DatabaseServer server = races.server();
    try (DatabaseSteps worker = races.worker("512m")) {
      return races.race(
          name,
          "psql COPY (SELECT * FROM mixed) TO STDOUT (FORMAT binary) > /dev/null",
          limit,
          goal,
          () -> worker.extract(config),
          () -> server.clientMillis(server.shell() + " -c 'COPY (SELECT * FROM mixed) TO STDOUT (FORMAT binary)' > /dev/null"));
    }
  }

  private static List<Figure> write(DatabaseRaces races) throws Exception {
    DatabaseServer server = races.server();
    MixedTable.makeTarget(server, Kind.POSTGRES);
    server.client(server.shell() + " -c '\\copy mixed TO /exchange/mixed.bin (FORMAT binary)'");
    try (DatabaseSteps worker = races.worker("512m")) {
      Taken read = worker.extract(Map.of("table", "mixed"));
      return races.race(
          "DuckDB to PostgreSQL",
          "psql \\copy target FROM a file (FORMAT binary)",
          1.3,
          "1.15",
          () -> {
            server.sql("TRUNCATE target; CHECKPOINT;");
            return worker.write(Map.of("table", "target"), read.step());
          },
          () -> {
            server.sql("TRUNCATE target; CHECKPOINT;");
            return server.clientMillis(server.shell() + " -c '\\copy target FROM /exchange/mixed.bin (FORMAT binary)'");
          });
    }
  }
}
