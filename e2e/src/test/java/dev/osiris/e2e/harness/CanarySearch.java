package dev.osiris.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Looks for texts that must be nowhere, in every byte that somebody has left behind. */
public final class CanarySearch {

  private static final List<String> SEEN_BY_OTHERS = List.of("cmdline", "environ");

  private final List<String> canaries;

  /**
   * @param canaries each as it is in its own bytes
   */
  public CanarySearch(List<String> canaries) {
    this.canaries = List.copyOf(canaries);
  }

  /** A text that somebody printed. */
  public void in(String where, String text) {
    assertThat(text).as(where).doesNotContain(canaries);
  }

  /** Every file below a folder. */
  public void below(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        in(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
  }

  /** Arguments and variables of a process that runs. */
  public void inProcess(ProcessHandle process) throws IOException {
    for (String name : SEEN_BY_OTHERS) {
      in(process + " " + name, Files.readString(file(process, name), StandardCharsets.ISO_8859_1));
    }
  }

  private static Path file(ProcessHandle process, String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }

  /** Watches the processes that this one has started, until the watch is closed. */
  public Watch processes() {
    Watch watch = new Watch();
    watch.watching.start();
    return watch;
  }

  /** What other users of a machine can see of a process: its arguments, and its variables. */
  public final class Watch implements AutoCloseable {

    private final Set<String> commands = ConcurrentHashMap.newKeySet();
    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private final Thread watching = Thread.ofPlatform().daemon().unstarted(this::watch);

    private Watch() {}

    private void watch() {
      while (!Thread.interrupted()) {
        ProcessHandle.current().descendants().forEach(this::look);
        LockSupport.parkNanos(5_000_000);
      }
    }

    private void look(ProcessHandle process) {
      for (String name : SEEN_BY_OTHERS) {
        try {
          String text = Files.readString(file(process, name), StandardCharsets.ISO_8859_1);
          commands.add(text);
          if (canaries.stream().anyMatch(text::contains)) {
            found.add(name);
          }
        } catch (IOException ended) {
          // So has the process.
          return;
        }
      }
    }

    /** Nothing was seen so far, and a worker was among what was looked at. */
    public void sawNone() {
      assertThat(found).as("arguments and variables of processes").isEmpty();
      assertThat(commands).anyMatch(text -> text.contains("dev.osiris.worker.WorkerMain"));
    }

    @Override
    public void close() {
      watching.interrupt();
      try {
        watching.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
