package dev.osiris.e2e.harness;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.unit.ByteSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real worker in a JVM of its own, started as a sandbox starts it. Ends with {@link #close}. */
public final class WorkerProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final Pattern READY =
      Pattern.compile("\\{\"osiris_worker\":1,\"address\":\"([^\"]+)\".*");

  /** How to start one. */
  public static final class Builder {
    private final Path sessionRoot;
    private final List<String> arguments = new ArrayList<>();
    private String listen;
    private ByteSize memory = ByteSize.parse("512m");
    private int cpus = 2;

    private Builder(Path sessionRoot) {
      this.sessionRoot = sessionRoot;
      this.listen = "unix:" + Scratch.folder("s").resolve("w.sock");
    }

    /** On a loopback port instead of a Unix socket. */
    public Builder tcp() {
      listen = "tcp:127.0.0.1:0";
      return this;
    }

    public Builder memory(String size) {
      memory = ByteSize.parse(size);
      return this;
    }

    public Builder cpus(int count) {
      cpus = count;
      return this;
    }

    /** Further arguments of the worker. */
    public Builder with(String... more) {
      arguments.addAll(List.of(more));
      return this;
    }

    /** Starts it and waits until it listens. */
    public WorkerProcess start() {
      try {
        return new WorkerProcess(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<String> command() {
      MemoryBudget budget = MemoryBudget.of(memory, cpus);
      Path home = Installation.workerHome();
      List<String> command =
          new ArrayList<>(
              List.of(
                  Installation.java().toString(),
                  "@" + home.resolve("worker.options"),
                  "-Xmx" + budget.heap().bytes(),
                  "-Djava.io.tmpdir=" + Scratch.temporary(),
                  "-Djava.library.path=" + home.resolve("native"),
                  "-cp",
                  home.resolve("osiris-worker.jar").toString(),
                  "dev.osiris.worker.WorkerMain",
                  "--listen",
                  listen,
                  "--session-root",
                  sessionRoot.toString(),
                  "--memory",
                  Long.toString(memory.bytes()),
                  "--cpus",
                  Integer.toString(cpus),
                  "--token-stdin",
                  "--exit-on-stdin-end"));
      command.addAll(arguments);
      return command;
    }
  }

  private final Path sessionRoot;
  private final String token = "e2e-" + Long.toHexString(System.nanoTime()) + "-0123456789";
  private final Process process;
  private final ConcurrentLinkedQueue<String> output = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final String address;

  private WorkerProcess(Builder builder) throws IOException {
    this.sessionRoot = Files.createDirectories(builder.sessionRoot);
    ProcessBuilder start = new ProcessBuilder(builder.command()).redirectErrorStream(true);
    start.environment().clear();
    start.environment().put("LC_ALL", "C.UTF-8");
    start.environment().putAll(MemoryBudget.ENVIRONMENT);
    this.process = start.start();
    Thread.ofVirtual().start(this::drain);
    OutputStream stdin = process.getOutputStream();
    stdin.write((token + "\n").getBytes(StandardCharsets.US_ASCII));
    stdin.flush();
    this.address = awaitReady();
  }

  /** A worker whose sessions live below that folder. */
  public static Builder below(Path sessionRoot) {
    return new Builder(sessionRoot);
  }

  /** {@code unix:/path} or {@code tcp:host:port}. */
  public String address() {
    return address;
  }

  /** Opens sessions. */
  public String token() {
    return token;
  }

  public Path sessionRoot() {
    return sessionRoot;
  }

  public Path sessionDir(String session) {
    return sessionRoot.resolve(session);
  }

  public boolean alive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** All that it printed so far, its first line included. */
  public List<String> output() {
    return List.copyOf(output);
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(STOP);
  }

  /** SIGTERM alone: {@code Process.destroy} would close its standard input, too. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** What a host that dies does to it. */
  public void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end and gives the exit code. */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the worker still runs after " + limit + "\n" + text());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      endInput();
      try {
        if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    awaitExit(STOP);
  }

  private String awaitReady() {
    try {
      CompletableFuture.anyOf(ready, process.onExit()).get(START.toSeconds(), TimeUnit.SECONDS);
      if (!ready.isDone()) {
        throw new AssertionError("the worker ended with " + process.exitValue() + "\n" + text());
      }
      return ready.getNow("");
    } catch (TimeoutException | ExecutionException e) {
      process.destroyForcibly();
      throw new AssertionError("the worker did not start\n" + text(), e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private String text() {
    return String.join("\n", output);
  }

  private void drain() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          ready.complete(matcher.group(1));
        }
      }
    } catch (IOException e) {
      output.add("(its output broke off: " + e.getMessage() + ")");
    }
  }
}
