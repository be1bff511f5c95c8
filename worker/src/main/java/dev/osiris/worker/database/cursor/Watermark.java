package dev.osiris.worker.database.cursor;

import java.util.List;

/**
 * A place in the order of a cursor: what one row has in its columns, in texts that the server reads
 * back without loss.
 */
public record Watermark(List<String> values) {

  public Watermark {
    values = List.copyOf(values);
  }
}
