package dev.osiris.host.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.osiris.failure.FailureCode;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a worker of a few lines that does what its environment says. */
@Timeout(60)
class ProcessSandboxTest {
  private static final String WORKER =
      """
      package dev.osiris.worker;

      import java.io.*;
      import java.nio.file.*;
      import java.util.*;

      public class WorkerMain {
        static String option(String[] args, String name) {
          return args[Arrays.asList(args).indexOf(name) + 1];
        }

        public static void main(String[] args) throws Exception {
          String mode = System.getenv("FAKE_MODE");
          Path session = Path.of("").toAbsolutePath();
          BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
          String token = in.readLine();
          Files.writeString(session.resolve("seen"), String.join(" ", args) + "\\n" + token + "\\n"
              + new TreeMap<>(System.getenv()) + "\\n" + ProcessHandle.current().info().commandLine());
          if (mode.equals("die")) {
            System.err.println("no such flag");
            System.exit(7);
          }
          String listen = option(args, "--listen");
          System.out.println("a library says hello");
          if (!mode.equals("silent")) {
            System.out.println("{\\"osiris_worker\\":1,\\"address\\":\\""
                + (mode.equals("lie") ? "unix:/tmp/other.sock" : listen) + "\\",\\"pid\\":1}");
          }
          if (mode.equals("eat")) {
            var arena = java.lang.foreign.Arena.global();
            List<Object> kept = new ArrayList<>();
            while (true) {
              kept.add(arena.allocate(1 << 20).fill((byte) 1));
            }
          }
          if (mode.equals("exit")) {
            in.readLine();
          }
          while (in.read() >= 0) {}
          Files.writeString(session.resolve("ended"), "in order");
        }
      }
      """;

  @TempDir private static Path home;
  @TempDir private Path root;

  @BeforeAll
  static void buildWorker() throws Exception {
    Path source = Files.createDirectories(home.resolve("src/dev/osiris/worker"));
    Path file = Files.writeString(source.resolve("WorkerMain.java"), WORKER);
    Path classes = Files.createDirectories(home.resolve("classes"));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", classes.toString(), file.toString());
    assertThat(result).isZero();
    Files.writeString(home.resolve("worker.options"), "-XX:+UseSerialGC\n");
    try (OutputStream out = Files.newOutputStream(home.resolve("osiris-worker.jar"));
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new JarEntry("dev/osiris/worker/WorkerMain.class"));
      Files.copy(classes.resolve("dev/osiris/worker/WorkerMain.class"), jar);
    }
  }

  @Test
  void start_waitsForTheFirstLine_andGivesTheTokenOnStandardInput() throws Exception {
    try (Sandbox sandbox = start("ready")) {
      assertThat(sandbox.alive()).isTrue();
      assertThat(sandbox.address()).isInstanceOf(WorkerAddress.Unix.class);
      assertThat(sandbox.sharesDisk()).isTrue();
      List<String> seen = Files.readAllLines(session().resolve("seen"));
      assertThat(seen.get(1)).isEqualTo(sandbox.token().reveal());
      assertThat(seen.get(0)).doesNotContain(sandbox.token().reveal());
      assertThat(seen.get(2)).doesNotContain(sandbox.token().reveal()).doesNotContain("PATH=");
      assertThat(seen.get(2)).contains("LC_ALL=C.UTF-8", "MALLOC_ARENA_MAX=2", "FAKE_MODE=ready");
      assertThat(seen.get(3)).doesNotContain(sandbox.token().reveal());
    }
    assertThat(Files.readString(session().resolve("logs/worker.log"))).contains("hello");
  }

  @Test
  void close_endsTheLifeLine_andLeavesNothing() throws Exception {
    Sandbox sandbox = start("ready");
    Path folder = ((WorkerAddress.Unix) sandbox.address()).socket().getParent();
    assertThat(folder).isDirectory();
    sandbox.close();
    sandbox.close();
    assertThat(Files.readString(session().resolve("ended"))).isEqualTo("in order");
    assertThat(sandbox.alive()).isFalse();
    assertThat(sandbox.exit().join().code()).isZero();
    assertThat(folder).doesNotExist();
    assertThat(cgroupsOfSession()).isEmpty();
  }

  @Test
  void start_tellsTheLastWords_whenTheWorkerDiesEarly() {
    assertThatThrownBy(() -> start("die"))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("exit code 7")
        .hasMessageContaining("no such flag");
    assertThat(cgroupsOfSession()).isEmpty();
  }

  @Test
  void start_givesUp_whenNothingIsSaid() {
    assertThatThrownBy(() -> start("silent", Duration.ofSeconds(3)))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("not ready within 3s")
        .hasMessageContaining("hello");
  }

  @Test
  void start_refusesAnAddressThatItDidNotGive() {
    assertThatThrownBy(() -> start("lie"))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("other.sock");
  }

  @Test
  void start_names_theMissingWorker() {
    ProcessSandboxProvider none =
        new ProcessSandboxProvider(javaHome(), root.resolve("nowhere"), true);
    assertThatThrownBy(() -> none.start(spec("ready", Duration.ofSeconds(5))))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("there is no worker in");
  }

  @Test
  void exit_isKnown_whenTheWorkerIsKilledFromOutside() throws Exception {
    try (Sandbox sandbox = start("ready")) {
      ProcessHandle child =
          ProcessHandle.current()
              .descendants()
              .filter(process -> process.info().commandLine().orElse("").contains(root.toString()))
              .findFirst()
              .orElseThrow();
      child.destroyForcibly();
      SandboxExit exit = sandbox.exit().get(10, TimeUnit.SECONDS);
      assertThat(exit.code()).isEqualTo(137);
      assertThat(exit.oomKilled()).isFalse();
      assertThat(exit.failure().code()).isEqualTo(FailureCode.WORKER_LOST);
    }
  }

  @Test
  void exit_isOomKilled_whenTheWorkerGoesOverItsLimit() throws Exception {
    assumeTrue(ProcessSandboxProvider.cgroupsWork(), "no memory cgroup may be made here");
    try (Sandbox sandbox = start("eat")) {
      SandboxExit exit = sandbox.exit().get(30, TimeUnit.SECONDS);
      assertThat(exit.oomKilled()).isTrue();
      assertThat(exit.failure().code()).isEqualTo(FailureCode.OOM_KILLED);
      assertThat(exit.failure().message()).contains("256m");
      assertThat(exit.peak()).isGreaterThan(ByteSize.ofMiB(200));
    }
    assertThat(cgroupsOfSession()).isEmpty();
  }

  private Sandbox start(String mode) throws Exception {
    return start(mode, Duration.ofSeconds(30));
  }

  private Sandbox start(String mode, Duration timeout) throws Exception {
    return new ProcessSandboxProvider(javaHome(), home, true).start(spec(mode, timeout));
  }

  private SandboxSpec spec(String mode, Duration timeout) throws Exception {
    Files.createDirectories(session());
    return new SandboxSpec(
        new SessionId("s-" + root.getFileName()),
        root,
        ByteSize.ofMiB(256),
        1,
        List.of(),
        null,
        Map.of("FAKE_MODE", mode),
        session().resolve("logs/worker.log"),
        session(),
        timeout);
  }

  private Path session() {
    return root.resolve("s-" + root.getFileName());
  }

  private List<Path> cgroupsOfSession() {
    return CgroupParent.ofThisProcess().stream()
        .map(parent -> parent.folder().resolve("osiris"))
        .filter(Files::isDirectory)
        .flatMap(ProcessSandboxTest::children)
        .filter(group -> group.toString().contains("s-" + root.getFileName()))
        .toList();
  }

  private static Stream<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }
}
