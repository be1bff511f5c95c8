package dev.osiris.host.sandbox.process;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a start has made so far, closed in reverse order: by the start that fails, else by the
 * sandbox.
 */
final class ProcessParts {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean handedOver;

  <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /** From now on the sandbox closes. */
  void handOver() {
    handedOver = true;
  }

  void closeUnlessHandedOver() {
    if (!handedOver) {
      close();
    }
  }

  void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        // The other parts must still go; what stays is named for who looks.
        System.getLogger(ProcessParts.class.getName())
            .log(System.Logger.Level.DEBUG, "{0} was not closed: {1}", part, e.toString());
      }
    }
  }
}
