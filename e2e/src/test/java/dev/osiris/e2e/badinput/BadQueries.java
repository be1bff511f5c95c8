package dev.osiris.e2e.badinput;

import static dev.osiris.e2e.badinput.BadRun.steps;

import dev.osiris.e2e.harness.wire.Commands;
import java.util.List;
import java.util.stream.Stream;

/** Queries that cannot run, or not with what there is. */
final class BadQueries {

  private BadQueries() {}

  static Stream<BadRun> all() {
    return Stream.of(
        sql("SQL that does not parse", "sql_syntax", List.of("sum"), "SELEC 1 AS n"),
        sql(
            "SQL with a column that does not exist",
            "sql_unresolved",
            List.of("sum", "nowhere"),
            "SELECT nowhere FROM (SELECT 1 AS n)"),
        sql(
            "SQL with a relation that is no input",
            "sql_unresolved",
            List.of("sum", "other"),
            "SELECT * FROM other"),
        sql(
            "SQL with a function that does not exist",
            "sql_refused",
            List.of("sum", "no_such"),
            "SELECT no_such(1) AS n"),
        sql(
            "SQL that reads a file",
            "sql_refused",
            List.of("sum", "read_csv"),
            "SELECT * FROM read_csv('/etc/passwd')"),
        sql(
            "SQL with several statements",
            "sql_refused",
            List.of("sum"),
            "SELECT 1 AS n; SELECT 2 AS n"),
        sql(
            "SQL that is no SELECT",
            "sql_refused",
            List.of("sum"),
            "CREATE TABLE x AS SELECT 1 AS n"),
        sql(
            "SQL that fails on a value",
            "sql_value",
            List.of("sum"),
            "SELECT CAST(t AS INTEGER) AS n FROM (SELECT 'x' || range AS t FROM range(3))"),
        new BadRun(
            "a query that needs more memory than there is",
            1,
            "out_of_memory",
            List.of("sum", "--memory"),
            project ->
                steps(
                    project,
                    "- {id: sum, component: duckdb.processor, config: {query: \"SELECT range % 4 AS k, list(repeat('x', 40) || range) AS l FROM range(20000000) GROUP BY k\"}}",
                    "--memory",
                    "256m",
                    "--cpus",
                    "1")),
        new BadRun(
            "a step that takes longer than its timeout",
            1,
            "timed_out",
            List.of("sum", "500ms"),
            project ->
                steps(
                    project,
                    "- {id: sum, timeout: 500ms, component: duckdb.processor, config: {query: \"%s\"}}"
                        .formatted(Commands.endlessQuery()))),
        new BadRun(
            "a run that takes longer than its timeout",
            1,
            "",
            List.of("2s"),
            project ->
                steps(
                    project,
                    "- {id: sum, component: duckdb.processor, config: {query: \"%s\"}}"
                        .formatted(Commands.endlessQuery()),
                    "--timeout",
                    "2s")),
        new BadRun(
            "a type that files of every DuckDB 1.x cannot hold",
            1,
            "type_unsupported",
            List.of("sum", "VARIANT", "cast"),
            project ->
                steps(
                    project,
                    "- {id: sum, component: duckdb.processor, config: {query: \"SELECT CAST(1 AS VARIANT) AS i\"}}")));
  }

  private static BadRun sql(String name, String code, List<String> named, String query) {
    return new BadRun(
        name,
        1,
        code,
        named,
        project ->
            steps(
                project,
                "- {id: sum, component: duckdb.processor, config: {query: \"" + query + "\"}}"));
  }
}
