package bench.cases;

import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import java.io.IOException;

/** A table of ten columns of mixed types: about 157 bytes a row in PostgreSQL's binary COPY; a fifth of the texts and a tenth of the amounts are NULL. */
final class MixedTable {

  private MixedTable() {}

  static void make(DatabaseServer server, Kind kind, String name, long rows) throws IOException, InterruptedException {
    server.sql((kind == Kind.POSTGRES ? postgres(rows) : mariadb(rows)).replace("mixed", name));
  }

  /** An empty table {@code target} of the same columns, without a key. */
  static void makeTarget(DatabaseServer server, Kind kind) throws IOException, InterruptedException {
    server.sql(
        "DROP TABLE IF EXISTS target; "
            + (kind == Kind.POSTGRES ? "CREATE TABLE target AS SELECT * FROM mixed LIMIT 0;" : "CREATE TABLE target ENGINE=InnoDB AS SELECT * FROM mixed LIMIT 0;"));
  }

  private static String postgres(long rows) {
    return
        """
        DROP TABLE IF EXISTS mixed;
        CREATE TABLE mixed AS SELECT
          i::int8 AS id,
          (i %% 1000)::int4 AS customer,
          CASE WHEN i %% 10 <> 0 THEN (i * 17 %% 10000000)::numeric(12,4) / 10000 * 10000 END::numeric(12,4) AS amount,
          (i::float8 / 7) AS ratio,
          (i %% 3 = 0) AS flag,
          DATE '2020-01-01' + (i %% 2000)::int AS day,
          TIMESTAMP '2020-01-01' + i * interval '1.123457 second' AS at,
          TIMESTAMPTZ '2020-01-01 00:00:00+00' + i * interval '2 second' AS atz,
          'customer name ' || (i %% 5000) AS name,
          CASE WHEN i %% 5 <> 0 THEN md5(i::text) || ' a comment of some length' END AS comment
        FROM generate_series(1, %d) i;
        ALTER TABLE mixed ADD PRIMARY KEY (id);
        VACUUM ANALYZE mixed;
        """
            .formatted(rows);
  }

  private static String mariadb(long rows) {
    return
        """
        DROP TABLE IF EXISTS mixed;
        CREATE TABLE mixed (
          id bigint PRIMARY KEY, customer int, amount decimal(12,4), ratio double, flag bit(1), day date, at datetime(6), atz timestamp(6) NULL,
          name varchar(100), comment text) ENGINE=InnoDB CHARACTER SET utf8mb4;
        SET time_zone = '+00:00';
        INSERT INTO mixed SELECT
          seq,
          seq %% 1000,
          CASE WHEN seq %% 10 <> 0 THEN seq * 17 %% 10000000 END,
          seq / 7e0,
          seq %% 3 = 0,
          DATE '2020-01-01' + INTERVAL (seq %% 2000) DAY,
          TIMESTAMP '2020-01-01 00:00:00' + INTERVAL (seq * 1123457) MICROSECOND,
          TIMESTAMP '2020-01-01 00:00:00' + INTERVAL (seq * 2) SECOND,
          CONCAT('customer name ', seq %% 5000),
          CASE WHEN seq %% 5 <> 0 THEN CONCAT(md5(seq), ' a comment of some length') END
        FROM seq_1_to_%d;
        ANALYZE TABLE mixed;
        """
            .formatted(rows);
  }
}
