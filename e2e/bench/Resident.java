package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has in memory at this moment.
 *
 * @param bytes all of it
 * @param anonymousBytes its own
 * @param fileBytes mapped files: libraries, an AOT cache
 */
public record Resident(long bytes, long anonymousBytes, long fileBytes) {

  private static final double MIB = 1 << 20;

  public static Resident of(long pid) throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
    return new Resident(bytes(status, "VmRSS:"), bytes(status, "RssAnon:"), bytes(status, "RssFile:"));
  }

  private static long bytes(String status, String field) {
    return status
        .lines()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this kernel does not tell " + field));
  }

  /** The most of each. */
  public Resident max(Resident other) {
    return new Resident(
        Math.max(bytes, other.bytes), Math.max(anonymousBytes, other.anonymousBytes), Math.max(fileBytes, other.fileBytes));
  }

  public double mib() {
    return bytes / MIB;
  }

  public double anonymousMib() {
    return anonymousBytes / MIB;
  }

  public double fileMib() {
    return fileBytes / MIB;
  }
}
