package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.driver.RowReader;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.worker.drivers.mysql.encode.RowBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** Sends all rows of the input to the server. */
final class RowLoad {

  private final StepContext context;
  private final WriteTransaction transaction;
  private final WritePlan plan;
  private final boolean loads;
  private long bytes;

  RowLoad(StepContext context, WriteTransaction transaction, WritePlan plan) throws SQLException {
    this.context = context;
    this.transaction = transaction;
    this.plan = plan;
    this.loads = transaction.takesFiles();
  }

  /** Bytes that were sent. */
  long bytes() {
    return bytes;
  }

  /**
   * Reads, encodes and sends. A server only warns of rows that it leaves out or changes on the way
   * from a file, so every warning counts as a refusal.
   *
   * @return rows that were sent; empty-handed when the server has refused some
   * @throws Refused when it has, and says no more
   */
  long run() throws SQLException, InterruptedException, Refused {
    if (loads) {
      return load();
    }
    context
        .events()
        .log(
            StepEvents.Level.WARN,
            "the server takes no LOAD DATA LOCAL (local_infile is off), so rows are sent as"
                + " INSERT statements, which takes longer");
    return insert();
  }

  private long load() throws SQLException, InterruptedException, Refused {
    RowEncoder encoder = new RowEncoder(plan, true);
    long number = 0;
    long taken;
    LoadStream stream = new LoadStream(transaction.session(), plan.load());
    try (RowReader reader = context.read(plan.select())) {
      RowBuffer buffer = stream.take();
      while (reader.next()) {
        int rows = reader.rows();
        for (int row = 0; row < rows; row++) {
          encoder.encode(reader, row, ++number, buffer);
          if (buffer.size() >= LoadStream.BUFFER) {
            stream.send(buffer);
            buffer = stream.take();
          }
        }
        context.events().progress(number);
      }
      stream.send(buffer);
      taken = stream.finish();
      bytes = stream.bytes();
    } finally {
      stream.join();
    }
    check(number, taken);
    return number;
  }

  private long insert() throws SQLException, Refused {
    RowEncoder encoder = new RowEncoder(plan, false);
    RowBuffer buffer = new RowBuffer(LoadStream.BUFFER);
    long number = 0;
    long sent = 0;
    try (RowReader reader = context.read(plan.select())) {
      while (reader.next()) {
        int rows = reader.rows();
        for (int row = 0; row < rows; row++) {
          encoder.encode(reader, row, ++number, buffer);
          if (buffer.size() >= LoadStream.BUFFER) {
            sent = send(buffer, sent, number);
          }
        }
        context.events().progress(number);
      }
    }
    send(buffer, sent, number);
    return number;
  }

  private long send(RowBuffer buffer, long before, long number) throws SQLException, Refused {
    if (buffer.size() > 0) {
      bytes += buffer.size();
      check(number - before, transaction.run(statement(plan, buffer)));
      buffer.empty(LoadStream.BUFFER);
    }
    return number;
  }

  static String statement(WritePlan plan, RowBuffer rows) {
    return plan.insertRows() + new String(rows.bytes(), 0, rows.size(), StandardCharsets.UTF_8);
  }

  private void check(long sent, long taken) throws SQLException, Refused {
    if (taken != sent || transaction.warnings() > 0) {
      throw new Refused();
    }
  }

  /** The server has warned of rows. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused() {
      super("the server has warned of rows", null, false, false);
    }
  }
}
