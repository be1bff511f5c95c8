package dev.osiris.e2e.harness.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the system to its end. */
public final class Command {

  private static final long SECONDS = 90;

  private Command() {}

  /** Its exit code and what it printed. */
  public static CliResult run(Path folder, Map<String, String> environment, List<String> line) {
    try {
      ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> stderr =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()::readAllBytes));
      String stdout = text(process.getInputStream()::readAllBytes);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still runs: " + line);
      }
      return new CliResult(process.exitValue(), stdout, stderr.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private interface Bytes {
    byte[] read() throws IOException;
  }

  private static String text(Bytes bytes) {
    try {
      return new String(bytes.read(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
