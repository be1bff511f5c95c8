package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.driver.RowReader;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.worker.drivers.postgres.encode.CopyBuffer;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/** Copies all rows of the input to the server. */
final class RowLoad {

  private final StepContext context;
  private final WritePlan plan;
  private long bytes;

  RowLoad(StepContext context, WritePlan plan) {
    this.context = context;
    this.plan = plan;
  }

  /** Bytes that were sent. */
  long bytes() {
    return bytes;
  }

  /**
   * Reads, encodes and sends.
   *
   * @return rows that the server has taken
   */
  long run(WriteTransaction transaction) throws SQLException, InterruptedException {
    RowEncoder encoder = new RowEncoder(plan);
    try (RowReader reader = context.read(plan.select())) {
      CopyIn copy = transaction.session().getCopyAPI().copyIn(plan.copy());
      try (CopySender sender = new CopySender(copy)) {
        CopyBuffer buffer = sender.take();
        RowEncoder.begin(buffer);
        long number = 0;
        while (reader.next()) {
          int rows = reader.rows();
          for (int row = 0; row < rows; row++) {
            encoder.encode(reader, row, ++number, buffer);
            if (buffer.size() >= CopySender.BUFFER) {
              sender.send(buffer);
              buffer = sender.take();
            }
          }
          context.events().progress(number);
        }
        RowEncoder.end(buffer);
        sender.send(buffer);
        long taken = sender.finish();
        bytes = sender.bytes();
        if (taken != number) {
          context
              .events()
              .log(
                  StepEvents.Level.WARN,
                  "the server has taken "
                      + taken
                      + " of "
                      + number
                      + " rows: a trigger of the table"
                      + " leaves some out");
        }
        return taken;
      }
    }
  }
}
