package dev.osiris.worker.duckdb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.osiris.worker.duckdb.SqlRefused.Position;
import dev.osiris.worker.duckdb.SqlRefused.Reason;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One walk over the tree of one query. Every object and array is visited, whatever its key, and
 * every key, class and type has to be in {@code sql-tree.txt}; on top of that come the rules for
 * relations, functions and nesting. Used once, by one thread.
 */
final class SqlTreeWalk {
  /**
   * In levels of JSON, an operator being two. Measured on a stack of 1 MiB, DuckDB's binder
   * overflows, and with it the process, at 725 nested operators, 444 joins or 179 CTEs; the extra
   * costs below put the limit at about a third of each.
   */
  static final int MAX_DEPTH = 500;

  private static final int JOIN_COST = 3;
  private static final int SET_OPERATION_COST = 3;
  private static final int CTE_COST = 8;

  /** Subqueries, lambdas and macros: each level doubles what the binder does. */
  private static final int MAX_DOUBLINGS = 10;

  private static final WordLists TREE = WordLists.load("sql-tree.txt");
  private static final WordLists FUNCTIONS = WordLists.load("sql-functions.txt");

  private static final Set<String> CLASSES = TREE.get("classes");
  private static final Set<String> TYPES = TREE.get("types");
  private static final Set<String> KEYS = TREE.get("keys");
  private static final Set<String> SCALARS = FUNCTIONS.get("functions");
  private static final Set<String> MACROS = FUNCTIONS.get("macros");
  private static final Set<String> TABLE_FUNCTIONS = FUNCTIONS.get("table functions");

  /** For the wording alone; the name is refused either way. */
  private static final Pattern FILE_NAME =
      Pattern.compile(
          ".*[/\\\\*?].*|.*\\.(csv|tsv|txt|(nd)?jsonl?|parquet|(duck)?db|xlsx?|gz|zst)");

  private static final Map<String, String> ADVICE =
      Map.of(
          "SHOW_REF", "SHOW, DESCRIBE and SUMMARIZE are not queries; select the columns you need",
          "at_clause", "AT (time travel) is not open; an input has one version",
          "pivot_enum", "PIVOT ... IN a type is not open; list the values",
          "export_state", "EXPORT_STATE is not open; aggregate to a value",
          "DEFAULT", "DEFAULT has no meaning in a query; write the value");

  /**
   * What a name means at one place of the tree.
   *
   * @param ctes CTEs in scope
   * @param recurring of these, the recursive ones, which are readable as recurring.x, too
   * @param doublings subqueries, lambdas and macros around this place
   */
  private record Scope(Set<String> ctes, Set<String> recurring, int doublings) {
    Scope with(String cte) {
      return new Scope(plus(ctes, cte), recurring, doublings);
    }

    Scope withRecursive(String cte) {
      return new Scope(plus(ctes, cte), plus(recurring, cte), doublings);
    }

    Scope doubled() {
      return new Scope(ctes, recurring, doublings + 1);
    }

    private static Set<String> plus(Set<String> names, String name) {
      Set<String> more = new HashSet<>(names);
      more.add(Relations.fold(name));
      return more;
    }
  }

  private final String query;
  private final Relations visible;

  SqlTreeWalk(String query, Relations visible) {
    this.query = query;
    this.visible = visible;
  }

  void statement(JsonNode statement) {
    if (!statement.path("node").path("type").asText().endsWith("_NODE")) {
      // The walk would find nothing, and nothing wrong.
      throw SqlRefused.of(Reason.CONSTRUCT, "the tree of the query is not that of a SELECT");
    }
    if (statement.has("named_param_map")) {
      throw SqlRefused.of(
          Reason.PARAMETER,
          "the query has a parameter (? or $1); write the value, or ${params.name} in the"
              + " pipeline");
    }
    visit(statement, new Scope(Set.of(), Set.of(), 0), 0);
  }

  private void visit(JsonNode node, Scope scope, int depth) {
    if (node instanceof ObjectNode object) {
      object(object, scope, depth);
    } else {
      for (JsonNode child : node) {
        visit(child, scope, depth + 1);
      }
    }
  }

  private void object(ObjectNode object, Scope scope, int depth) {
    if (depth > MAX_DEPTH || scope.doublings() > MAX_DOUBLINGS) {
      throw tooDeep(position(object));
    }
    checkWords(object);
    String expression = text(object, "class");
    String type = text(object, "type");
    if (!expression.isEmpty()) {
      expression(object, expression, scope, depth);
    } else if (type.endsWith("_NODE")) {
      queryNode(object, scope, depth);
    } else if (type.equals("TABLE_FUNCTION")) {
      tableFunction(object, scope, depth);
    } else {
      if (type.equals("BASE_TABLE")) {
        relation(object, scope);
      }
      Scope inner = type.equals("PIVOT") ? scope.doubled() : scope;
      children(object, inner, depth + (type.equals("JOIN") ? JOIN_COST : 0), Set.of());
    }
  }

  private void children(ObjectNode object, Scope scope, int depth, Set<String> except) {
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      if (!except.contains(property.getKey())) {
        visit(property.getValue(), scope, depth + 1);
      }
    }
  }

  private void checkWords(ObjectNode object) {
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      String key = property.getKey();
      require(KEYS.contains(key), key, object);
      // Most values of "type" are words; a constant's is an object, and visited as one.
      if (key.equals("class") || (key.equals("type") && !property.getValue().isObject())) {
        String word = property.getValue().asText();
        require((key.equals("class") ? CLASSES : TYPES).contains(word), word, object);
      }
    }
  }

  private void require(boolean known, String word, ObjectNode object) {
    if (!known) {
      String advice = ADVICE.getOrDefault(word, "this part of the language is not open: " + word);
      throw SqlRefused.at(position(object), Reason.CONSTRUCT, advice);
    }
  }

  /** A CTE sees those before it, not itself and not those after it. */
  private void queryNode(ObjectNode node, Scope outer, int depth) {
    Scope scope = outer;
    String type = text(node, "type");
    int inner = depth + (type.equals("SET_OPERATION_NODE") ? SET_OPERATION_COST : 0);
    JsonNode ctes = node.path("cte_map");
    // What the loop below does not reach must not be there.
    require(
        ctes.isMissingNode() || (ctes.size() == 1 && ctes.path("map").isArray()), "cte_map", node);
    for (JsonNode cte : ctes.path("map")) {
      visit(cte, scope, inner + 1);
      scope = scope.with(text(cte, "key"));
      inner += CTE_COST;
    }
    if (type.equals("RECURSIVE_CTE_NODE")) {
      // The first arm does not see the CTE; only what is repeated does.
      children(node, scope, inner, Set.of("cte_map", "right"));
      visit(node.path("right"), scope.withRecursive(text(node, "cte_name")), inner + 1);
    } else {
      children(node, scope, inner, Set.of("cte_map"));
    }
  }

  private void relation(ObjectNode table, Scope scope) {
    String catalog = text(table, "catalog_name");
    String schema = text(table, "schema_name");
    String name = text(table, "table_name");
    boolean known =
        schema.isEmpty()
            ? visible.has(name) || scope.ctes().contains(Relations.fold(name))
            : visible.has(schema, name)
                || (schema.equals("recurring") && scope.recurring().contains(Relations.fold(name)));
    if (known && catalog.isEmpty()) {
      return;
    }
    String dotted =
        Stream.of(catalog, schema, name).filter(s -> !s.isEmpty()).collect(Collectors.joining("."));
    if (FILE_NAME.matcher(Relations.fold(dotted)).matches()) {
      throw SqlRefused.at(
          position(table),
          Reason.FILE,
          "'%s' looks like a file; read files with an extractor step and name that step in needs"
              .formatted(dotted));
    }
    throw SqlRefused.at(
        position(table),
        Reason.RELATION,
        "relation '%s' is not an input of this step; its inputs are: %s"
            .formatted(dotted, visible.describe()));
  }

  private void tableFunction(ObjectNode reference, Scope scope, int depth) {
    JsonNode function = reference.path("function");
    String name = Relations.fold(text(function, "function_name"));
    if (!(function instanceof ObjectNode call)
        || !TABLE_FUNCTIONS.contains(name)
        || qualified(call)) {
      throw SqlRefused.at(
          position(reference),
          Reason.TABLE_FUNCTION,
          ("table function %s is not open to a query; read files and services with an extractor"
                  + " step, other steps by naming them in needs")
              .formatted(name));
    }
    children(reference, scope, depth, Set.of("function"));
    checkWords(call);
    children(call, scope, depth + 1, Set.of());
  }

  private void expression(ObjectNode node, String expression, Scope scope, int depth) {
    boolean doubles = expression.equals("SUBQUERY") || expression.equals("LAMBDA");
    switch (expression) {
      case "FUNCTION", "WINDOW" -> doubles = function(node);
      case "TYPE" -> {
        if (node.has("catalog") || node.has("schema")) {
          throw SqlRefused.at(
              position(node),
              Reason.CONSTRUCT,
              "a type of another schema is not open; write the type itself, e.g. ENUM ('a', 'b')");
        }
      }
      default -> {
        // Its words are in the lists, and its parts are visited.
      }
    }
    children(node, doubles ? scope.doubled() : scope, depth, Set.of());
  }

  /** Whether the function is a macro. */
  private boolean function(ObjectNode call) {
    String name = Relations.fold(text(call, "function_name"));
    if (qualified(call)) {
      throw SqlRefused.at(
          position(call),
          Reason.FUNCTION,
          "%s is called through a name before it; write %s(x, ...) instead of x.%s(...)"
              .formatted(name, name, name));
    }
    if (!SCALARS.contains(name) && !MACROS.contains(name)) {
      throw SqlRefused.at(
          position(call),
          Reason.FUNCTION,
          "function %s is not open to a query, which may compute from its inputs and nothing else"
              .formatted(name));
    }
    return MACROS.contains(name);
  }

  /**
   * {@code x.f()} is either a schema's function or {@code f(x)}; which, only the catalog knows, and
   * an attached file brings its own. The parser itself writes main.list_value for a literal list.
   */
  private static boolean qualified(ObjectNode call) {
    return call.has("catalog") || (call.has("schema") && !text(call, "schema").equals("main"));
  }

  private Position position(ObjectNode node) {
    return Position.ofByte(query, node.path("query_location").asInt(-1));
  }

  private static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    return value.isTextual() ? value.asText() : "";
  }

  static SqlRefused tooDeep(Position position) {
    return SqlRefused.at(
        position,
        Reason.TOO_DEEP,
        "the query nests too deeply (operators, joins, CTEs, subqueries, macros such as nullif);"
            + " split it into steps");
  }
}
