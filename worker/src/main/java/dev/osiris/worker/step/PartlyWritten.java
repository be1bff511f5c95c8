package dev.osiris.worker.step;

import dev.osiris.step.Written;
import java.util.List;

/** A failure that came after targets had been committed: carries both. */
final class PartlyWritten extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Written> written;

  PartlyWritten(Throwable cause, List<Written> written) {
    super(cause);
    this.written = List.copyOf(written);
  }

  List<Written> written() {
    return written;
  }
}
