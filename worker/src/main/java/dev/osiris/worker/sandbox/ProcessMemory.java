package dev.osiris.worker.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the operating system says about this process's memory. Empty answers where it says nothing
 * (macOS).
 */
public final class ProcessMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ANONYMOUS = "RssAnon:";

  private ProcessMemory() {}

  /**
   * Anonymous resident memory in bytes: what counts against a limit, without mapped libraries and
   * page cache. Cheap enough to ask at every step.
   */
  public static long anonymousBytes() {
    try {
      String status = Files.readString(STATUS, StandardCharsets.ISO_8859_1);
      int begin = status.indexOf(ANONYMOUS);
      int end = status.indexOf("kB", begin);
      return begin < 0
          ? 0
          : Long.parseLong(status.substring(begin + ANONYMOUS.length(), end).strip()) << 10;
    } catch (IOException e) {
      return 0;
    }
  }
}
