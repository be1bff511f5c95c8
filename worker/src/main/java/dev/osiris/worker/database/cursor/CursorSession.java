package dev.osiris.worker.database.cursor;

import dev.osiris.driver.RowSource;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.util.List;
import java.util.Optional;

/**
 * One connection to a server, in a transaction that sees one state of it and writes nothing. All
 * methods throw {@link StepException} for what the server refuses; one that may be mended by
 * another session is retryable.
 */
public interface CursorSession extends AutoCloseable {

  /**
   * What is read, for messages and from run to run; no secrets, nothing that a failover changes.
   */
  String source();

  /** The rows' columns. */
  List<Column> columns();

  /** The statements. */
  CursorSql sql();

  /** The first row of a query, as texts of the server's; empty when there is none. */
  Optional<List<String>> first(String query);

  /** Begins a query, one at a time. Its end is this session's. */
  RowSource rows(String query);

  /** Bytes of rows that have come from the server. */
  long bytes();

  /** Ends the session, also one that is broken. */
  @Override
  void close();
}
