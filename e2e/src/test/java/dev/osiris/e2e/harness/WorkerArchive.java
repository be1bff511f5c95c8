package dev.osiris.e2e.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The archive of loaded classes with which workers start in half the time; the host takes it where
 * it finds it. These tests start some eighty workers, so making it once pays.
 */
final class WorkerArchive {

  private static final String TOKEN = "only-for-the-archive";

  private WorkerArchive() {}

  /** Makes the archive unless there is one of the present jar. Without one the tests are slower. */
  static void ensure(Path workerHome) {
    Path archive = workerHome.resolve("osiris-worker.jsa");
    try {
      if (!isFresh(archive, workerHome.resolve("osiris-worker.jar"))) {
        make(workerHome, archive);
      }
    } catch (IOException e) {
      System.err.println("no class archive: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isFresh(Path archive, Path jar) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
  }

  private static void make(Path home, Path archive) throws IOException, InterruptedException {
    Path fresh = Scratch.folder("a").resolve("worker.jsa");
    Process worker =
        new ProcessBuilder(
                List.of(
                    Installation.java().toString(),
                    "-XX:ArchiveClassesAtExit=" + fresh,
                    "-Xlog:disable",
                    "-XX:+UseSerialGC",
                    "-Djava.library.path=" + home.resolve("native"),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    home.resolve("osiris-worker.jar") + ":" + home.resolve("lib/*"),
                    "dev.osiris.worker.WorkerMain",
                    "--listen",
                    "unix:" + fresh.resolveSibling("w.sock"),
                    "--session-root",
                    fresh.resolveSibling("sessions").toString(),
                    "--memory",
                    "512m",
                    "--token-stdin"))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
      worker.getOutputStream().write((TOKEN + "\n").getBytes(StandardCharsets.US_ASCII));
      worker.getOutputStream().flush();
      String line = lines.readLine();
      while (line != null && !line.contains("osiris_worker")) {
        line = lines.readLine();
      }
      worker.toHandle().destroy();
      boolean ended = worker.waitFor(60, TimeUnit.SECONDS);
      if (ended && Files.exists(fresh)) {
        Files.copy(fresh, archive, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      worker.destroyForcibly();
    }
  }
}
