package dev.osiris.host.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Which process of which machine made something, so that others can tell whether it is still there
 * to clean up.
 *
 * @param machine what process ids are valid in: a boot of a machine, and a namespace
 * @param pid of the process
 * @param started when it began: a pid is given out again
 */
public record HostProcess(String machine, long pid, Instant started) {
  // What the system says is counted from its boot, whose time may be corrected.
  private static final Duration SAME = Duration.ofSeconds(10);

  /** This process. */
  public static HostProcess current() {
    ProcessHandle self = ProcessHandle.current();
    return new HostProcess(thisMachine(), self.pid(), startOf(self));
  }

  /**
   * Whether it is known to have ended. Nothing is known of another machine's, or of one in another
   * container.
   */
  public boolean gone() {
    return machine.equals(thisMachine())
        && ProcessHandle.of(pid)
            .filter(ProcessHandle::isAlive)
            .map(found -> Duration.between(startOf(found), started).abs().compareTo(SAME) > 0)
            .orElse(true);
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  private static String thisMachine() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return boot + "/" + namespace.replaceAll("[^0-9]", "");
    } catch (IOException notLinux) {
      return "this system";
    }
  }
}
