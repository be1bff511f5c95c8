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

/** PostgreSQL at the speed of the wire: reading and writing 2,000,000 rows against psql's binary COPY, and reading against pandas. */
public final class PostgresCase implements Case {

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public String about() {
    return "2,000,000 rows from PostgreSQL, to it and through SQL back into it, against psql and pandas (Docker)";
  }

  @Override
  public void run(Lab lab) throws Exception {
    try (DatabaseRaces races = new DatabaseRaces(lab, Kind.POSTGRES)) {
      lab.part("read", lab.workers().containersMissing(), () -> read(races, "PostgreSQL to DuckDB, one connection", Map.of("table", "mixed", "parallel", 1L), 1.6, 1.35));
      lab.part("read parallel", lab.workers().containersMissing(), () -> read(races, "PostgreSQL to DuckDB, as it comes", Map.of("table", "mixed"), 1.4, 1.25));
      lab.part("write", lab.workers().containersMissing(), () -> write(races));
      lab.part("pipeline", lab.workers().containersMissing(), () -> pipeline(races));
      lab.part("pandas", lab.workers().containersMissing(), () -> races.pandas("PostgreSQL to DuckDB", "psycopg2", "python3-psycopg2", 5));
    }
  }

  private static List<Figure> read(DatabaseRaces races, String name, Map<String, Object> config, double limit, double goal) throws Exception {
    DatabaseServer server = races.server();
    try (DatabaseSteps worker = races.worker("512m")) {
      return races.race(
          new Race(name, "512m", "psql COPY", "COPY (SELECT * FROM mixed) TO STDOUT (FORMAT binary) > /dev/null", limit, goal),
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
          new Race("DuckDB to PostgreSQL", "512m", "psql \\copy", "\\copy target FROM a file (FORMAT binary)", 1.3, 1.15),
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

  /** Three steps, each of which leaves a durable file, against one pipe that keeps nothing. */
  private static List<Figure> pipeline(DatabaseRaces races) throws Exception {
    DatabaseServer server = races.server();
    MixedTable.makeTarget(server, Kind.POSTGRES);
    String sql = "SELECT id, customer, amount, ratio * 2 AS ratio, NOT flag AS flag, day, \"at\", atz, upper(name) AS name, comment FROM ";
    String pipe =
        server.shell()
            + " -c 'COPY ("
            + sql
            + "mixed) TO STDOUT (FORMAT binary)' | "
            + server.shell()
            + " -c 'COPY target FROM STDIN (FORMAT binary)'";
    try (DatabaseSteps worker = races.worker("256m")) {
      return races.race(
          new Race("PostgreSQL to SQL to PostgreSQL", "256m", "COPY | COPY", "psql COPY (SELECT …) TO STDOUT (FORMAT binary) | psql COPY target FROM STDIN (FORMAT binary)", 2.2, 1.7),
          () -> {
            server.sql("TRUNCATE target; CHECKPOINT;");
            Taken read = worker.extract(Map.of("table", "mixed"));
            Taken made = worker.transform(sql + "input_df", read.step());
            return read.and(made).and(worker.write(Map.of("table", "target"), made.step()));
          },
          () -> {
            server.sql("TRUNCATE target; CHECKPOINT;");
            return server.clientMillis(pipe);
          });
    }
  }
}
