package dev.osiris.host.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a start has made so far, closed in reverse order: by the start that fails, else by the
 * sandbox.
 */
public final class SandboxParts {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean handedOver;

  /** Takes a part over and returns it. */
  public <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /** From now on the sandbox closes. */
  public void handOver() {
    handedOver = true;
  }

  /** For the end of a start: closes what it made when it did not succeed. */
  public void closeUnlessHandedOver() {
    if (!handedOver) {
      close();
    }
  }

  /** Closes all parts; one that does not close keeps no other from it. */
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        // The other parts must still go; what stays is named for who looks.
        System.getLogger(SandboxParts.class.getName())
            .log(System.Logger.Level.DEBUG, "{0} was not closed: {1}", part, e.toString());
      }
    }
  }
}
