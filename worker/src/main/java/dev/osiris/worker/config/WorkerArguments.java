package dev.osiris.worker.config;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import dev.osiris.unit.Secret;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.sandbox.CgroupMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the worker's command line. */
public final class WorkerArguments {

  /** What {@code --help} prints. */
  public static final String USAGE =
      """
      usage: worker --listen ADDRESS --session-root DIR (--token-stdin | --token-file FILE) [options]

        --listen ADDRESS      unix:/path/to/socket or tcp:127.0.0.1:0 (0: any free port); beyond loopback with TLS only
        --tls-cert FILE       serve TLS: the worker's certificate, and those between it and its authority; PEM
        --tls-key FILE        the key of that certificate; PEM, PKCS #8, not encrypted
        --tls-client-ca FILE  require certificates of clients, signed by these authorities (mTLS); PEM
        --session-root DIR    session directories are made below it
        --spill-dir DIR       DuckDB's temporary files go to a folder of this process in it; on disk; default: the session root
        --token-stdin         the first line of standard input is the token that opens sessions
        --token-file FILE     or it is in this file, which is removed once read, unless with --stay
        --rehearse            go through a session of its own before listening, so that the first real step finds everything loaded
        --exit-on-stdin-end   stop within a second of the end of standard input: the host is gone
        --run-dir DIR         removed with all in it when the worker ends; nobody else's
        --stay                serve one session after the other: a lease that ends ends its session, not the worker
        --memory SIZE         memory limit to stay under; default: the cgroup's
        --cpus N              processors to use; default: all that the JVM sees
        --drivers DIR         folder of driver jars
        --lease DURATION      keep a session so long without a word from a host; default 30s
        --health-file FILE    touch this file every second while serving; its age is for probes that have no gRPC
      """;

  private static final Set<String> FLAGS =
      Set.of("--token-stdin", "--rehearse", "--exit-on-stdin-end", "--stay");
  private static final Set<String> OPTIONS =
      Set.of(
          "--listen",
          "--tls-cert",
          "--tls-key",
          "--tls-client-ca",
          "--session-root",
          "--spill-dir",
          "--token-file",
          "--run-dir",
          "--memory",
          "--cpus",
          "--drivers",
          "--lease",
          "--health-file");
  private static final ByteSize DEFAULT_MEMORY = ByteSize.parse("1g");

  private WorkerArguments() {}

  /**
   * Reads arguments and the token.
   *
   * @param stdin where {@code --token-stdin} reads; only the first line is consumed
   * @throws IllegalArgumentException saying what is wrong
   */
  public static WorkerConfig parse(String[] args, InputStream stdin) throws IOException {
    Map<String, String> given = split(args);
    ByteSize heap = new ByteSize(Runtime.getRuntime().maxMemory());
    ByteSize cgroup = CgroupMemory.ofThisProcess().map(CgroupMemory::limit).orElse(null);
    ByteSize limit = given.containsKey("--memory") ? ByteSize.parse(given.get("--memory")) : cgroup;
    int cpus = cpus(given);
    boolean held = cgroup != null && limit != null && cgroup.compareTo(limit) <= 0;
    String drivers = given.get("--drivers");
    Path sessionRoot = Path.of(required(given, "--session-root")).toAbsolutePath();
    String spill = given.get("--spill-dir");
    String health = given.get("--health-file");
    ListenAddress listen = ListenAddress.parse(required(given, "--listen"));
    return new WorkerConfig(
        listen,
        tls(given, listen),
        sessionRoot,
        (spill == null ? sessionRoot : Path.of(spill).toAbsolutePath())
            .resolve(SessionDirectory.SPILL_PREFIX + ProcessHandle.current().pid()),
        given.containsKey("--run-dir") ? Path.of(given.get("--run-dir")).toAbsolutePath() : null,
        drivers == null ? null : Path.of(drivers),
        token(given, stdin),
        MemoryBudget.withHeap(limit == null ? DEFAULT_MEMORY : limit, heap, cpus),
        held ? "cgroup" : "heap, memory_limit and watchdog",
        given.containsKey("--lease")
            ? DurationText.parse(given.get("--lease"))
            : Duration.ofSeconds(30),
        given.containsKey("--rehearse"),
        health == null ? null : Path.of(health),
        given.containsKey("--exit-on-stdin-end"),
        given.containsKey("--stay"));
  }

  private static int cpus(Map<String, String> given) {
    String text = given.get("--cpus");
    if (text == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException("--cpus: '" + text + "' is no number of processors");
    }
    return Integer.parseInt(text);
  }

  private static Map<String, String> split(String[] args) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i];
      if (FLAGS.contains(name)) {
        given.put(name, "");
      } else if (OPTIONS.contains(name) && i + 1 < args.length) {
        given.put(name, args[++i]);
      } else {
        throw new IllegalArgumentException(
            "'" + name + "' is no argument of the worker, or lacks its value");
      }
    }
    return given;
  }

  private static String required(Map<String, String> given, String name) {
    String value = given.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is required");
    }
    return value;
  }

  private static @Nullable TlsFiles tls(Map<String, String> given, ListenAddress listen) {
    String certificate = given.get("--tls-cert");
    String clientCa = given.get("--tls-client-ca");
    if (certificate == null && clientCa == null && !given.containsKey("--tls-key")) {
      requirePrivate(listen);
      return null;
    }
    if (listen instanceof ListenAddress.Unix) {
      throw new IllegalArgumentException(
          "TLS is for tcp addresses; a Unix socket is guarded by its folder");
    }
    return new TlsFiles(
        Path.of(required(given, "--tls-cert")),
        Path.of(required(given, "--tls-key")),
        clientCa == null ? null : Path.of(clientCa));
  }

  /** Tokens and data travel in the clear only where no other machine can listen. */
  private static void requirePrivate(ListenAddress listen) {
    if (listen instanceof ListenAddress.Tcp tcp && !tcp.isLoopback()) {
      throw new IllegalArgumentException(
          listen
              + " can be reached from other machines and would serve unencrypted; give --tls-cert"
              + " and --tls-key, or listen at tcp:127.0.0.1:"
              + tcp.port());
    }
  }

  private static Secret token(Map<String, String> given, InputStream stdin) throws IOException {
    String text;
    if (given.containsKey("--token-stdin")) {
      text = firstLine(stdin);
    } else {
      Path file = Path.of(required(given, "--token-file"));
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException(
            "--token-file: there is no file " + file + " to be read");
      }
      text = Files.readString(file).strip();
      // A worker that stays is started again one day, with the same command.
      if (!given.containsKey("--stay")) {
        Files.delete(file);
      }
    }
    if (text.length() < 16) {
      throw new IllegalArgumentException("the token is shorter than 16 characters");
    }
    return Secret.of(text);
  }

  // No buffering: the bytes after the line belong to whoever watches for the end of the stream.
  private static String firstLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int octet = in.read();
    while (octet >= 0 && octet != '\n') {
      line.append((char) octet);
      octet = in.read();
    }
    return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
        .strip();
  }
}
