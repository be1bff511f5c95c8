package dev.osiris.e2e.harness.cli;

import dev.osiris.e2e.harness.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The command line in a JVM of its own: for signals, and for what only a process shows. */
public final class CliProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Process process;
  private final Lines stdout;
  private final Lines stderr;

  private CliProcess(Process process) {
    this.process = process;
    this.stdout = new Lines(process.getInputStream());
    this.stderr = new Lines(process.getErrorStream());
  }

  /**
   * Starts a host. Its temporary folder is the given one, so that a killed host's rest can be told
   * apart.
   */
  public static CliProcess start(Path temporary, List<String> arguments) {
    return start(temporary, arguments, List.of());
  }

  /**
   * @param inside the command that runs the host, such as one that changes what it sees
   */
  public static CliProcess start(Path temporary, List<String> arguments, List<String> inside) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Installation.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Djava.io.tmpdir=" + temporary,
                "-Dosiris.worker.home=" + Installation.workerHome(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                Installation.hostHome().resolve("osiris-host.jar")
                    + ":"
                    + Installation.hostHome().resolve("lib/*"),
                "dev.osiris.host.HostMain"));
    command.addAll(arguments);
    if (System.getProperty("os.name").equals("Linux")) {
      // A shell that runs the tests in the background lets its children ignore SIGINT, and a JVM
      // that is started like that keeps to it.
      command.addAll(0, List.of("env", "--default-signal=INT"));
    }
    command.addAll(0, inside);
    ProcessBuilder start = new ProcessBuilder(command);
    start.environment().keySet().removeIf(name -> name.startsWith("OSIRIS_"));
    start.environment().put("LC_ALL", "C.UTF-8");
    try {
      Files.createDirectories(temporary);
      Process process = start.start();
      process.getOutputStream().close();
      return new CliProcess(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line of standard error. */
  public String awaitStderr(Predicate<String> fits) {
    return stderr.await(fits);
  }

  /** A signal by name, such as {@code INT}, to the host alone. */
  public void signal(String name) {
    try {
      int code =
          new ProcessBuilder("/bin/kill", "-" + name, Long.toString(process.pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0) {
        throw new AssertionError("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Its children: workers. */
  public List<ProcessHandle> children() {
    return process.toHandle().descendants().toList();
  }

  /** Waits for its end. */
  public CliResult await() {
    return await(PATIENCE);
  }

  /** Waits for its end. */
  public CliResult await(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "the host still runs after " + limit + "; stderr:\n" + stderr.text());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    stdout.join();
    stderr.join();
    return new CliResult(process.exitValue(), stdout.text(), stderr.text());
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    await(Duration.ofSeconds(20));
  }

  /** Reads a stream to its end and keeps its lines. */
  private static final class Lines {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private boolean ended;

    Lines(InputStream in) {
      this.reader = Thread.ofVirtual().start(() -> read(in));
    }

    String await(Predicate<String> fits) {
      long left = PATIENCE.toNanos();
      lock.lock();
      try {
        while (true) {
          String found = lines.stream().filter(fits).findFirst().orElse(null);
          if (found != null) {
            return found;
          }
          if (ended || left <= 0) {
            throw new AssertionError("no such line in:\n" + String.join("\n", lines));
          }
          left = changed.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      } finally {
        lock.unlock();
      }
    }

    String text() {
      lock.lock();
      try {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
      } finally {
        lock.unlock();
      }
    }

    void join() {
      try {
        reader.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void read(InputStream in) {
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
          add(line);
        }
      } catch (IOException e) {
        add("(broke off: " + e.getMessage() + ")");
      } finally {
        lock.lock();
        ended = true;
        changed.signalAll();
        lock.unlock();
      }
    }

    private void add(String line) {
      lock.lock();
      try {
        lines.add(line);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
