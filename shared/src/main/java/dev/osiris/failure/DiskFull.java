package dev.osiris.failure;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** How a disk without room is recognised, and what is said then. */
public final class DiskFull {

  private DiskFull() {}

  /** Whether the operating system refused for want of space. */
  public static boolean isMeantBy(IOException refused) {
    // The JDK has no type for a full disk; the text is the operating system's own.
    String reason =
        refused instanceof FileSystemException system ? system.getReason() : refused.getMessage();
    return reason != null
        && (reason.contains("No space left") || reason.contains("quota exceeded"));
  }

  /** On the host, or before anything is known of the session. */
  public static Failure failure() {
    return Failure.of(FailureCode.DISK_FULL, "the disk is full")
        .advise("free space, then run again");
  }

  /**
   * In a step.
   *
   * @param limit what its session may hold on disk
   */
  public static Failure failure(ByteSize limit) {
    return Failure.of(
            FailureCode.DISK_FULL,
            "the disk is full, and the session may hold up to " + limit + " (--disk)")
        .advise(
            "free space, let the step write elsewhere, or put the session on a larger disk with"
                + " --session-root; with a lower --disk steps stop before the disk is full");
  }
}
