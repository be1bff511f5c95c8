package dev.osiris.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test, or a class, that leaves a process, a Unix socket, a socket folder or a container
 * behind. A process that is on its way out is given a moment.
 */
public final class LeakCheck
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private static final Namespace HERE = Namespace.create(LeakCheck.class);
  private static final long GOING_SECONDS = 5;

  /** What there is at a moment. */
  private record Inventory(
      Set<Long> processes, Set<String> sockets, Set<String> folders, Set<String> containers) {

    static Inventory take(boolean containers) {
      return new Inventory(
          ours().map(ProcessHandle::pid).collect(Collectors.toCollection(TreeSet::new)),
          openSockets(),
          socketFolders(),
          containers ? Docker.containers() : Set.of());
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(HERE).put("all", Inventory.take(true));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(HERE).put("each", Inventory.take(false));
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    compare(context.getStore(HERE).get("each", Inventory.class), false);
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    compare(context.getStore(HERE).get("all", Inventory.class), true);
  }

  private static void compare(Inventory before, boolean containers) throws InterruptedException {
    for (ProcessHandle process : ours().toList()) {
      if (!before.processes().contains(process.pid())) {
        awaitEnd(process);
      }
    }
    Inventory after = Inventory.take(containers);
    assertThat(commandLines(minus(after.processes(), before.processes())))
        .as("processes left behind")
        .isEmpty();
    assertThat(minus(after.sockets(), before.sockets())).as("Unix sockets left behind").isEmpty();
    assertThat(minus(after.folders(), before.folders()))
        .as("temporary folders left behind")
        .isEmpty();
    assertThat(minus(after.containers(), before.containers()))
        .as("containers left behind")
        .isEmpty();
  }

  private static <T> Set<T> minus(Set<T> some, Set<T> others) {
    Set<T> rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  private static void awaitEnd(ProcessHandle process) throws InterruptedException {
    try {
      process.onExit().get(GOING_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // It is reported with all others.
      return;
    }
  }

  /**
   * Children of this JVM, and whatever else runs with a path of ours on its command line: an
   * orphan.
   */
  private static Stream<ProcessHandle> ours() {
    String mark = Scratch.root().toString();
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> commandLine(process.pid()).contains(mark) || isDescendant(process));
  }

  private static boolean isDescendant(ProcessHandle process) {
    return process
        .parent()
        .map(parent -> parent.pid() == ProcessHandle.current().pid() || isDescendant(parent))
        .orElse(false);
  }

  private static Set<String> commandLines(Set<Long> pids) {
    return pids.stream()
        .map(pid -> pid + ": " + commandLine(pid))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String commandLine(long pid) {
    try {
      return new String(
              Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8)
          .replace('\0', ' ')
          .strip();
    } catch (IOException gone) {
      return "";
    }
  }

  private static Set<String> openSockets() {
    String mark = Scratch.root().toString();
    try (Stream<String> lines = Files.lines(Path.of("/proc/net/unix"))) {
      return lines
          .filter(line -> line.contains(mark))
          .map(line -> line.substring(line.indexOf(mark)))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      return Set.of();
    }
  }

  private static Set<String> socketFolders() {
    try (Stream<Path> entries = Files.list(Scratch.temporary())) {
      return entries
          .map(Path::toString)
          .filter(path -> path.contains("osiris"))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
