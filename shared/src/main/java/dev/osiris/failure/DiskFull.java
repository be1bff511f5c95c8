package dev.osiris.failure;

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

  public static Failure failure() {
    return Failure.of(FailureCode.DISK_FULL, "the disk is full")
        .advise("free space, then run again");
  }
}
