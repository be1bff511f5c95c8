package e2e;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tries to get out of its sandbox. Each try is told as an event: what came of it. */
public final class EscapingDriver implements Driver {
  private static final int MOST_CHILDREN = 2_000;

  /** Something that must not succeed. */
  private interface Attempt {
    String run() throws Exception;
  }

  @Override
  public String component() {
    return "e2e.escaping";
  }

  @Override
  public void run(StepContext context) throws Exception {
    String secret = context.config().text("secret_file");
    int port = Math.toIntExact(context.config().integer("host_port"));
    attempt(context, "write beside the worker", () -> write("/opt/osiris/planted"));
    attempt(context, "write to /etc", () -> write("/etc/planted"));
    attempt(context, "write to /tmp", () -> write("/tmp/planted"));
    attempt(context, "read a file of the host", () -> Files.readString(Path.of(secret)));
    attempt(context, "write a file of the host", () -> write(secret));
    attempt(context, "see the engine", () -> Files.readAttributes(Path.of("/var/run/docker.sock"), "*").toString());
    attempt(context, "raise the memory limit", () -> write(limitFile()));
    attempt(context, "reach the internet", () -> connect("192.0.2.1", 80));
    attempt(context, "reach the host's loopback", () -> connect("127.0.0.1", port));
    attempt(context, "make processes without end", EscapingDriver::multiply);

    observe(context, "memory", Files.readString(Path.of(limitFile())).strip());
    observe(context, "cpu quota", quota());
    observe(context, "processors", "" + Runtime.getRuntime().availableProcessors());
    observe(context, "variable", String.valueOf(System.getenv("GIVEN")));
    observe(context, "interfaces", NetworkInterface.networkInterfaces().map(NetworkInterface::getName).toList().toString());
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      String[] parts = line.split(":\\s*", 2);
      if (List.of("Uid", "Gid", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp").contains(parts[0])) {
        observe(context, parts[0], parts[1]);
      }
    }
  }

  private static void attempt(StepContext context, String name, Attempt attempt) {
    String outcome;
    try {
      outcome = "SUCCEEDED " + attempt.run();
    } catch (Exception | OutOfMemoryError contained) {
      // The error is the JVM's word for a thread that the limit on processes refuses.
      outcome = contained.getClass().getSimpleName() + ": " + contained.getMessage();
    }
    context.events().event("attempt", Map.of("name", name, "outcome", outcome));
  }

  private static void observe(StepContext context, String name, String value) {
    context.events().event("observed", Map.of("name", name, "value", value));
  }

  private static String write(String path) throws IOException {
    Files.writeString(Path.of(path), "-1");
    return path;
  }

  private static String connect(String host, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1_000);
      return host;
    }
  }

  private static String limitFile() {
    String old = "/sys/fs/cgroup/memory/memory.limit_in_bytes";
    return Files.exists(Path.of(old)) ? old : "/sys/fs/cgroup/memory.max";
  }

  private static String quota() throws IOException {
    Path old = Path.of("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    return Files.readString(Files.exists(old) ? old : Path.of("/sys/fs/cgroup/cpu.max")).strip().split(" ")[0];
  }

  private static String multiply() throws IOException {
    List<Process> children = new ArrayList<>();
    try {
      while (children.size() < MOST_CHILDREN) {
        children.add(new ProcessBuilder("/bin/sleep", "60").start());
      }
      return children.size() + " processes";
    } finally {
      children.forEach(Process::destroyForcibly);
    }
  }
}
