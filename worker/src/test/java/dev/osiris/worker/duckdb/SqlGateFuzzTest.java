package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.worker.duckdb.CellFixture.Cell;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever passes the gate reads nothing foreign. Random queries, {@code -Dfuzz.seed} repeats a run
 * and {@code -Dfuzz.queries} lengthens it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("InterruptedExceptionSwallowed") // JUnit reports whatever a test throws.
class SqlGateFuzzTest {
  private static final int QUERIES = Integer.getInteger("fuzz.queries", 1_500);
  private static final Pattern TOKEN =
      Pattern.compile("'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\\w+|\\s+|[^\\w\\s]");

  private SqlSerializer serializer;
  private SqlGate gate;
  private CellFixture fixture;
  private Map<String, String> before;

  @BeforeAll
  void open(@TempDir Path directory) throws Exception {
    serializer = SqlSerializer.open();
    gate = new SqlGate(serializer);
    fixture = new CellFixture(directory);
    before = fixture.digests();
  }

  @AfterAll
  void close() throws SQLException {
    serializer.close();
  }

  static List<Long> seeds() {
    Long given = Long.getLong("fuzz.seed");
    return given != null ? List.of(given) : List.of(20_260_901L, System.nanoTime());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void splicedQueries_readNothingForeign(long seed) throws SQLException {
    Splicer splicer = new Splicer(new Random(seed), fixture);

    int passed = passing(seed, splicer::next);

    // Neither all nor none, or the test has stopped testing.
    assertThat(passed).isBetween(QUERIES / 100, QUERIES * 9 / 10);
  }

  /** Scopes of CTEs, the part of the gate that has to agree with DuckDB's binder. */
  @ParameterizedTest
  @MethodSource("seeds")
  void nestedCtes_readNothingForeign(long seed) throws SQLException {
    CteMaker maker = new CteMaker(new Random(seed));

    int passed = passing(seed, () -> maker.query(3));

    assertThat(passed).isBetween(QUERIES / 100, QUERIES * 9 / 10);
  }

  private interface Queries {
    String next();
  }

  private int passing(long seed, Queries queries) throws SQLException {
    int passed = 0;
    int ran = 0;
    try (Cell cell = fixture.open()) {
      for (int i = 0; i < QUERIES; i++) {
        String query = queries.next();
        try {
          gate.check(query, CellFixture.VISIBLE);
        } catch (SqlRefused e) {
          continue;
        }
        passed++;
        try {
          assertThat(cell.materialise(query))
              .as("seed %d, query %d:%n%s", seed, i, query)
              .doesNotContain(CellFixture.CANARY);
          ran++;
        } catch (SQLException e) {
          // A spliced query may pass the gate and make no sense to the binder.
        }
      }
    }
    System.out.printf("seed %d: %d queries, %d passed, %d ran%n", seed, QUERIES, passed, ran);
    assertThat(fixture.digests()).isEqualTo(before);
    return passed;
  }

  /** Puts pieces of attacks into legitimate queries, and the other way round. */
  private static final class Splicer {
    private final Random random;
    private final List<String> legitimate = new ArrayList<>();
    private final List<String> evil = new ArrayList<>();
    private final List<String> evilTokens = new ArrayList<>();

    Splicer(Random random, CellFixture fixture) {
      this.random = random;
      SqlCases.load("legitimate.sql").forEach(test -> legitimate.add(test.sql()));
      for (SqlCases.Case test : SqlCases.load("attacks.sql")) {
        String sql = fixture.fillAliased(test.sql());
        // Passing pointers is for the gate's own test: here it might be run.
        if (!sql.contains("arrow_scan")) {
          evil.add(sql);
          evilTokens.addAll(tokens(sql).stream().filter(t -> t.length() > 3).toList());
        }
      }
    }

    String next() {
      List<String> query =
          new ArrayList<>(tokens(pick(random.nextInt(4) == 0 ? evil : legitimate)));
      int edits = 1 + random.nextInt(3);
      for (int i = 0; i < edits && !query.isEmpty(); i++) {
        edit(query, random.nextInt(query.size()));
      }
      return String.join("", query);
    }

    private void edit(List<String> query, int at) {
      switch (random.nextInt(9)) {
        case 0 -> query.set(at, pick(evilTokens));
        case 1 -> query.add(at, " " + pick(evilTokens) + " ");
        case 2 -> query.set(at, "(" + pick(evil) + ")");
        case 3 -> query.remove(at);
        case 4 -> query.set(at, pick(tokens(pick(legitimate))));
        case 5 -> query.addFirst("WITH orders AS (" + pick(evil) + ") ");
        case 6 -> query.addFirst("WITH duckdb_databases AS (" + pick(legitimate) + ") ");
        case 7 -> query.set(at, query.get(at) + "/* ' \" */--\n");
        default -> query.set(at, "(" + pick(legitimate) + ")");
      }
    }

    private <T> T pick(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    private static List<String> tokens(String sql) {
      return TOKEN.matcher(sql).results().map(result -> result.group()).toList();
    }
  }

  /** Random nests of CTEs whose names are those of a system view that shows paths. */
  private record CteMaker(Random random) {
    private static final List<String> NAMES =
        List.of("duckdb_databases", "DuckDB_Databases", "a", "\"duc\u212Adb_databases\"");

    String query(int depth) {
      StringBuilder text = new StringBuilder();
      int ctes = depth == 0 ? 0 : random.nextInt(4);
      boolean recursive = random.nextInt(4) == 0;
      for (int i = 0; i < ctes; i++) {
        text.append(i > 0 ? ", " : recursive ? "WITH RECURSIVE " : "WITH ").append(name());
        text.append(List.of(" AS (", " AS MATERIALIZED (", "(path) AS (").get(random.nextInt(3)));
        text.append(recursive && random.nextBoolean() ? recursion() : query(depth - 1))
            .append(") ");
      }
      text.append(select(depth));
      while (random.nextInt(4) == 0) {
        text.append(random.nextBoolean() ? " UNION ALL " : " UNION BY NAME ").append(select(depth));
      }
      return text.toString();
    }

    private String recursion() {
      return "SELECT 'r' AS path UNION ALL SELECT path FROM " + name() + " WHERE path IS NULL";
    }

    private String select(int depth) {
      return switch (random.nextInt(depth == 0 ? 3 : 8)) {
        case 0, 2 -> "SELECT 'c' AS path";
        case 1 -> "SELECT path FROM " + name();
        case 3 -> "SELECT path FROM (" + query(depth - 1) + ") x";
        case 4 -> "SELECT (SELECT max(path) FROM (" + query(depth - 1) + ")) AS path";
        case 5 -> "SELECT x.path FROM " + name() + " x, LATERAL (" + query(depth - 1) + ") y";
        case 6 -> "SELECT unnest(list(path)) AS path FROM (" + query(depth - 1) + ")";
        default -> "(" + query(depth - 1) + " ORDER BY (SELECT 1 FROM " + name() + " LIMIT 1))";
      };
    }

    private String name() {
      return NAMES.get(random.nextInt(NAMES.size()));
    }
  }
}
