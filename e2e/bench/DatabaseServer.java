package bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A real database server in a container on a loopback port, with the table {@code mixed} in its database {@code bench}, and beside it a
 * container with the server's own client programs. The images are those of {@code scripts/database-images}.
 */
public final class DatabaseServer implements AutoCloseable {

  private static final long START_SECONDS = 120;
  private static final String PASSWORD = "bench-password";

  private final Kind kind;
  private final String image;
  private final String server;
  private final String client;
  private final int port;

  /** The two kinds of servers, and what differs between them. */
  public enum Kind {
    POSTGRES(
        "postgres",
        55_411,
        "OSIRIS_POSTGRES_IMAGE",
        Map.of("POSTGRES_PASSWORD", PASSWORD, "POSTGRES_DB", "bench"),
        // As a server of some size has it; no fsync: the disk of this machine is not what is measured, in neither of the two.
        "-p %d -c listen_addresses=127.0.0.1 -c shared_buffers=1GB -c max_wal_size=8GB -c fsync=off -c full_page_writes=off -c autovacuum=off",
        "PGPASSWORD=" + PASSWORD + " psql -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -p %d -U postgres -d bench"),
    MARIADB(
        "mariadb",
        55_412,
        "OSIRIS_MARIADB_IMAGE",
        Map.of("MARIADB_ROOT_PASSWORD", PASSWORD, "MARIADB_DATABASE", "bench"),
        "--port=%d --bind-address=127.0.0.1 --innodb-buffer-pool-size=2G --innodb-log-file-size=2G --innodb-flush-log-at-trx-commit=2"
            + " --local-infile=1 --skip-log-bin --innodb-flush-method=nosync",
        "mariadb -h 127.0.0.1 -P %d -uroot -p" + PASSWORD + " --local-infile=1 bench");

    private final String word;
    private final int port;
    private final String variable;
    private final Map<String, String> environment;
    private final String arguments;
    private final String shell;

    Kind(String word, int port, String variable, Map<String, String> environment, String arguments, String shell) {
      this.word = word;
      this.port = port;
      this.variable = variable;
      this.environment = environment;
      this.arguments = arguments;
      this.shell = shell;
    }

    /** As images and files are named. */
    public String word() {
      return word;
    }
  }

  private DatabaseServer(Kind kind, String image) {
    this.kind = kind;
    this.image = image;
    this.port = kind.port;
    String name = "osiris-bench-" + kind.word + "-" + UUID.randomUUID();
    this.server = name;
    this.client = name + "-client";
  }

  /** Starts a server with an empty database. */
  public static DatabaseServer start(Lab lab, Kind kind) throws IOException, InterruptedException {
    String image =
        output(List.of(lab.repository().resolve("scripts/database-images").toString()))
            .lines()
            .filter(line -> line.startsWith(kind.variable + "="))
            .map(line -> line.substring(kind.variable.length() + 1))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("scripts/database-images names no " + kind.variable));
    DatabaseServer made = new DatabaseServer(kind, image);
    try {
      List<String> run = new ArrayList<>(List.of("docker", "run", "--detach", "--name", made.server, "--network", "host"));
      kind.environment.forEach((name, value) -> run.addAll(List.of("--env", name + "=" + value)));
      run.add(image);
      run.addAll(List.of(kind.arguments.formatted(made.port).split(" ")));
      output(run);
      output(
          List.of(
              "docker", "run", "--detach", "--name", made.client, "--network", "host", "--volume", lab.fresh("exchange") + ":/exchange",
              "--entrypoint", "sleep", image, "infinity"));
      made.await();
      return made;
    } catch (IOException | InterruptedException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  public String image() {
    return image;
  }

  public int port() {
    return port;
  }

  /** What a connection has: fields that anybody may see. */
  public Map<String, String> fields() {
    return kind == Kind.POSTGRES
        ? Map.of("host", "127.0.0.1", "port", "" + port, "database", "bench", "user", "postgres", "sslmode", "disable")
        : Map.of("host", "127.0.0.1", "port", "" + port, "database", "bench", "user", "root", "ssl_mode", "disabled");
  }

  public String password() {
    return PASSWORD;
  }

  /** The start of a command line that gives a statement to the server: {@code psql …} or {@code mariadb …}. */
  public String shell() {
    return kind.shell.formatted(port);
  }

  /** Runs statements. */
  public String sql(String statements) throws IOException, InterruptedException {
    String plain = kind == Kind.POSTGRES ? " -At" : " --batch --skip-column-names";
    return client(shell() + plain + " <<'END'\n" + statements + "\nEND\n");
  }

  /** Ends every connection to the database, as an administrator does. */
  public void killConnections() throws IOException, InterruptedException {
    if (kind == Kind.POSTGRES) {
      sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bench' AND pid <> pg_backend_pid();");
    } else {
      client(
          shell()
              + " --batch --skip-column-names -e \"SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist"
              + " WHERE id <> connection_id() AND db = 'bench'\" | "
              + shell()
              + " --force || true");
    }
  }

  /** Kills every process of the server (SIGKILL), and starts it over its data again. */
  public void kill() throws IOException, InterruptedException {
    output(List.of("docker", "kill", "--signal", "KILL", server));
    output(List.of("docker", "start", server));
    await();
  }

  /** Runs a script of the shell with the client programs; returns what it prints. The folder {@code /exchange} is empty at first. */
  public String client(String script) throws IOException, InterruptedException {
    return output(List.of("docker", "exec", client, "bash", "-o", "pipefail", "-ec", script));
  }

  /** The milliseconds that such a script takes, without those of getting into the container. */
  public double clientMillis(String script) throws IOException, InterruptedException {
    String nanos = client("begun=$(date +%s%N)\n" + script + "\necho; echo $(($(date +%s%N) - begun))");
    return Long.parseLong(nanos.lines().reduce("", (first, last) -> last).strip()) / 1e6;
  }

  /** Processor seconds of the server so far, in user and kernel. */
  public double serverSeconds() throws IOException, InterruptedException {
    return processorSeconds(server);
  }

  /** The same of its client programs. */
  public double clientSeconds() throws IOException, InterruptedException {
    return processorSeconds(client);
  }

  private static double processorSeconds(String container) throws IOException, InterruptedException {
    String pid = output(List.of("docker", "inspect", "--format", "{{.State.Pid}}", container)).strip();
    for (String line : Files.readAllLines(Path.of("/proc", pid, "cgroup"))) {
      String[] parts = line.split(":", 3);
      if (List.of(parts[1].split(",")).contains("cpuacct")) {
        return Long.parseLong(Files.readString(Path.of("/sys/fs/cgroup/cpuacct" + parts[2], "cpuacct.usage")).strip()) / 1e9;
      }
      if (parts[1].isEmpty() && Files.exists(Path.of("/sys/fs/cgroup" + parts[2], "cpu.stat"))) {
        String stat = Files.readString(Path.of("/sys/fs/cgroup" + parts[2], "cpu.stat"));
        return Long.parseLong(stat.lines().findFirst().orElseThrow().replaceAll("\\D", "")) / 1e6;
      }
    }
    throw new IllegalStateException("the container " + container + " is in no cgroup that counts processor time");
  }

  private void await() throws InterruptedException, IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try {
        sql("SELECT 1;");
        return;
      } catch (IOException notYet) {
        if (System.nanoTime() > until) {
          throw notYet;
        }
        TimeUnit.MILLISECONDS.sleep(500);
      }
    }
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Path error = Files.createTempFile("bench", ".err");
    try {
      Process process = new ProcessBuilder(command).redirectError(error.toFile()).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + Files.readString(error).strip());
      }
      return text;
    } finally {
      Files.delete(error);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    new ProcessBuilder("docker", "rm", "--force", "--volumes", server, client)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
