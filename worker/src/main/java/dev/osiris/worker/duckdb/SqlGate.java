package dev.osiris.worker.duckdb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.osiris.worker.duckdb.SqlRefused.Position;
import dev.osiris.worker.duckdb.SqlRefused.Reason;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Decides whether the query of a pipeline may run in a cell: one SELECT that reads nothing but the
 * step's relations and calls nothing but reviewed functions.
 *
 * <p>Decided on the tree of DuckDB's own parser, and fails closed: what the gate does not know, it
 * refuses. The check holds for the text itself, so a cell must run the same text, at most prefixed
 * by {@code CREATE TABLE ... AS} and a line break. Safe for use by several threads.
 *
 * <p>Not a guard against expense: a few hundred bytes of aliases, each twice the one before, or of
 * CASE inside the operand of CASE, double DuckDB's work and memory with each level, in parser and
 * binder, which no cancel interrupts. That is for the limits of the process.
 */
public final class SqlGate {
  /**
   * The parser cannot be interrupted, and some of it is quadratic: a chain of OR takes 4 s at this
   * size, a minute at 1 MiB.
   */
  static final int MAX_QUERY_BYTES = 256 * 1024;

  /**
   * DuckDB's lexer rescans a run of operator characters from each of them; a banner may be long.
   */
  private static final int MAX_OPERATOR_RUN = 1024;

  private static final String OPERATORS = "~!@#^&|`?+-*/%<>=";

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(SqlTreeWalk.MAX_DEPTH)
                          .build())
                  // A second "type" in a node would show the walk one thing and hide another.
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  private final UnaryOperator<String> serializer;
  // One tree in memory at a time: it can take 20 MB of a heap of 64.
  private final ReentrantLock oneTree = new ReentrantLock();

  /**
   * @param serializer text to JSON, as {@link SqlSerializer} does it
   */
  public SqlGate(UnaryOperator<String> serializer) {
    this.serializer = serializer;
  }

  /**
   * Returns if the query may run.
   *
   * @throws SqlRefused if it may not
   */
  public void check(String query, Relations visible) {
    checkText(query);
    oneTree.lock();
    try {
      JsonNode root = parse(serializer.apply(query));
      if (!root.path("error").isBoolean() || root.path("error").booleanValue()) {
        throw unreadable(query, root);
      }
      JsonNode statements = root.path("statements");
      if (!statements.isArray() || statements.size() != 1) {
        throw SqlRefused.of(
            Reason.NOT_ONE_SELECT,
            "the query has %d statements; write exactly one SELECT".formatted(statements.size()));
      }
      new SqlTreeWalk(query, visible).statement(statements.get(0));
    } finally {
      oneTree.unlock();
    }
  }

  /** What must not reach the parser, or would reach it changed on the way through JDBC. */
  private static void checkText(String query) {
    int bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(query)).remaining();
    } catch (CharacterCodingException e) {
      throw SqlRefused.of(Reason.TEXT, "the query is not well-formed Unicode; save it as UTF-8");
    }
    if (bytes > MAX_QUERY_BYTES) {
      throw SqlRefused.of(
          Reason.TOO_LARGE,
          "the query has %d bytes, at most %d are read; split it into steps, and put long lists of"
                  .formatted(bytes, MAX_QUERY_BYTES)
              + " values into a table");
    }
    if (query.indexOf('\0') >= 0) {
      throw SqlRefused.of(Reason.TEXT, "the query contains a NUL character; remove it");
    }
    int run = 0;
    for (int i = 0; i < query.length(); i++) {
      run = OPERATORS.indexOf(query.charAt(i)) >= 0 ? run + 1 : 0;
      if (run > MAX_OPERATOR_RUN) {
        throw SqlRefused.of(
            Reason.TEXT,
            "the query has more than %d operator characters in a row; shorten the banner"
                .formatted(MAX_OPERATOR_RUN));
      }
    }
  }

  private static JsonNode parse(String tree) {
    try {
      return JSON.readTree(tree);
    } catch (StreamConstraintsException e) {
      throw SqlTreeWalk.tooDeep(Position.UNKNOWN);
    } catch (JsonProcessingException e) {
      throw SqlRefused.of(
          Reason.CONSTRUCT,
          "the query holds a literal that the gate cannot read, such as a number beyond DOUBLE");
    }
  }

  private static SqlRefused unreadable(String query, JsonNode error) {
    Position position = Position.ofCodePoint(query, error.path("position").asInt(-1));
    String message = error.path("error_message").asText();
    return switch (error.path("error_type").asText()) {
      case "not implemented" ->
          query.toLowerCase(Locale.ROOT).contains("pivot")
              ? SqlRefused.of(
                  Reason.PIVOT,
                  "PIVOT without its values is two statements; name them (PIVOT t ON c IN ('x',"
                      + " 'y') USING sum(v)) or write sum(v) FILTER (WHERE c = 'x') AS x, ...")
              : SqlRefused.of(
                  Reason.NOT_ONE_SELECT,
                  "the query is not a SELECT; the worker itself writes the result, attaches the"
                      + " inputs and makes the settings");
      case "parser" ->
          message.startsWith("Max expression depth")
              ? SqlTreeWalk.tooDeep(position)
              : SqlRefused.at(position, Reason.SYNTAX, message);
      default -> SqlRefused.at(position, Reason.SYNTAX, "DuckDB cannot read the query: " + message);
    };
  }
}
