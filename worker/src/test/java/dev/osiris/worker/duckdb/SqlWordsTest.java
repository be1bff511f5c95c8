package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reviewed lists against the DuckDB that is on the class path. */
class SqlWordsTest {
  private static final WordLists FUNCTIONS = WordLists.load("sql-functions.txt");

  /** A DuckDB that brings a function or loses one fails here, and somebody reads about it. */
  @Test
  void functionLists_areWhatDuckDbHas() throws SQLException {
    Set<String> functions = new TreeSet<>(FUNCTIONS.get("functions"));
    functions.addAll(FUNCTIONS.get("macros"));
    functions.addAll(FUNCTIONS.get("refused functions"));
    functions.removeAll(Set.of("unnest", "unlist"));
    Set<String> tables = new TreeSet<>(FUNCTIONS.get("table functions"));
    tables.addAll(FUNCTIONS.get("refused table functions"));

    assertThat(functions).containsExactlyInAnyOrderElementsOf(live("scalar", "aggregate", "macro"));
    assertThat(tables).containsExactlyInAnyOrderElementsOf(live("table", "table_macro"));
  }

  @Test
  void functionLists_sayEachFunctionOnce() {
    Set<String> allowed = new HashSet<>(FUNCTIONS.get("functions"));

    assertThat(allowed).doesNotContainAnyElementsOf(FUNCTIONS.get("macros"));
    allowed.addAll(FUNCTIONS.get("macros"));
    assertThat(allowed).doesNotContainAnyElementsOf(FUNCTIONS.get("refused functions"));
    assertThat(FUNCTIONS.get("table functions"))
        .doesNotContainAnyElementsOf(FUNCTIONS.get("refused table functions"));
  }

  @Test
  void macros_areTheAllowedFunctionsThatDuckDbExpands() throws SQLException {
    Set<String> macros = live("macro");
    macros.removeAll(FUNCTIONS.get("refused functions"));

    assertThat(FUNCTIONS.get("macros")).containsExactlyInAnyOrderElementsOf(macros);
  }

  /** A macro runs with the rights of its caller: its body has to pass as if it were written out. */
  @Test
  void allowedMacros_passTheGateThemselves() throws SQLException {
    try (SqlSerializer serializer = SqlSerializer.open()) {
      SqlGate gate = new SqlGate(serializer);
      for (Map.Entry<String, String> macro : macroBodies().entrySet()) {
        if (FUNCTIONS.get("macros").contains(macro.getKey())) {
          gate.check("SELECT " + macro.getValue(), new Relations(Set.of(), Map.of()));
        }
      }
    }
  }

  /** The word lists hold what the legitimate queries need, and nothing in reserve. */
  @Test
  void treeWords_areEachNeededByALegitimateQuery() throws Exception {
    Map<String, Set<String>> seen = new HashMap<>();
    try (SqlSerializer serializer = SqlSerializer.open()) {
      for (SqlCases.Case query : SqlCases.load("legitimate.sql")) {
        collect(new ObjectMapper().readTree(serializer.apply(query.sql())).get("statements"), seen);
      }
    }

    // Always refused, but by rules that say what to write instead.
    seen.get("keys").addAll(Set.of("catalog", "catalog_name"));
    WordLists tree = WordLists.load("sql-tree.txt");
    for (String list : Set.of("classes", "types", "keys")) {
      assertThat(tree.get(list)).as(list).containsExactlyInAnyOrderElementsOf(seen.get(list));
    }
  }

  private static void collect(JsonNode node, Map<String, Set<String>> seen) {
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      seen.computeIfAbsent("keys", k -> new TreeSet<>()).add(property.getKey());
      if (property.getValue().isTextual()) {
        String text = property.getValue().asText();
        switch (property.getKey()) {
          case "class" -> seen.computeIfAbsent("classes", k -> new TreeSet<>()).add(text);
          case "type" -> seen.computeIfAbsent("types", k -> new TreeSet<>()).add(text);
          default -> {
            // Values are not words.
          }
        }
      }
    }
    node.forEach(child -> collect(child, seen));
  }

  private static Set<String> live(String... types) throws SQLException {
    String list = Stream.of(types).map(Sql::text).collect(Collectors.joining(","));
    Set<String> names = new TreeSet<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ("
                    + list
                    + ")")) {
      while (rows.next()) {
        names.add(Relations.fold(rows.getString(1)));
      }
    }
    return names;
  }

  private static Map<String, String> macroBodies() throws SQLException {
    Map<String, String> bodies = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT DISTINCT function_name, macro_definition FROM duckdb_functions() WHERE"
                    + " function_type = 'macro'")) {
      while (rows.next()) {
        bodies.merge(rows.getString(1), rows.getString(2), (a, b) -> a + ", " + b);
      }
    }
    return bodies;
  }
}
