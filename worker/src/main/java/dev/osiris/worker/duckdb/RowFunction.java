package dev.osiris.worker.duckdb;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBDriver;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionBuilder;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;

/**
 * The one table function of Java, through which all rows of all drivers come. Registered once in an
 * instance; a token tells which load a call means.
 */
final class RowFunction implements DuckDBTableFunction<RowLoad, RowLoad, RowLoad> {

  private static final String NAME = "osiris_rows";

  private final Map<Long, RowLoad> loads = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong();

  static RowFunction register(Connection connection) throws SQLException {
    RowFunction function = new RowFunction();
    try (DuckDBTableFunctionBuilder builder = DuckDBFunctions.tableFunction()) {
      builder
          .withName(NAME)
          .withParameter(DuckDBColumnType.BIGINT)
          .withFunction(function)
          .register(connection);
    }
    // The JDBC driver keeps a list of all registrations for ever; nothing reads it.
    DuckDBDriver.clearFunctionsRegistry();
    return function;
  }

  /** Announces a load; {@link #end} forgets it. */
  long begin(RowLoad load) {
    long token = tokens.incrementAndGet();
    loads.put(token, load);
    return token;
  }

  void end(long token) {
    loads.remove(token);
  }

  static String relation(long token) {
    return NAME + "(" + token + ")";
  }

  @Override
  public RowLoad bind(DuckDBTableFunctionBindInfo bind) throws SQLException {
    RowLoad load = loads.get(bind.getParameter(0).getLong());
    if (load == null) {
      throw new IllegalStateException("no such load");
    }
    load.declare(bind);
    return load;
  }

  @Override
  public RowLoad init(DuckDBTableFunctionInitInfo init) {
    RowLoad load = init.getBindData();
    init.setMaxThreads(load.inAnyOrder() ? Integer.MAX_VALUE : 1);
    return load;
  }

  @Override
  public long apply(DuckDBTableFunctionCallInfo call, DuckDBDataChunkWriter chunk)
      throws Exception {
    RowLoad load = call.getBindData();
    return load.fill(chunk);
  }
}
