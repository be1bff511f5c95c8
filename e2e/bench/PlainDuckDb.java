package bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A baseline: statements in one plain DuckDB process with a file database, of the version that the worker has. */
public final class PlainDuckDb {

  private static final long SAMPLE_MILLIS = 20;

  private final Path repository;
  private final Path classes;

  PlainDuckDb(Path repository, Path classes) {
    this.repository = repository;
    this.classes = classes;
  }

  /**
   * What a run came to.
   *
   * @param millis of the statements, opening and closing the database included; NaN when it failed
   * @param error the last lines that it wrote
   */
  public record Outcome(double millis, int exit, String error, MemoryUse memory) {}

  /** Runs statements to their end; fails when one does. {@code memory} is DuckDB's limit, {@code -} its default. */
  public double run(Path folder, List<String> statements, int threads, String memory) throws Exception {
    Outcome outcome = attempt(folder, statements, threads, memory, List.of());
    if (outcome.exit != 0) {
      throw new IllegalStateException("the baseline failed: " + outcome.error);
    }
    return outcome.millis;
  }

  /** The same, whatever it ends with. {@code prefix} is what the process is started by, such as what puts it into a cgroup. */
  public Outcome attempt(Path folder, List<String> statements, int threads, String memory, List<String> prefix)
      throws IOException, InterruptedException {
    Path database = folder.resolve("plain.duckdb");
    Path file = folder.resolve("plain.sql");
    Path errors = folder.resolve("plain.txt");
    Files.deleteIfExists(database);
    Files.write(file, statements);
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.library.path=" + repository.resolve("worker/target/native"),
            "-cp",
            classes + ":" + repository.resolve("worker/target/lib") + "/*",
            PlainStatements.class.getName(),
            file.toString(),
            database.toString(),
            Integer.toString(threads),
            memory,
            folder.resolve("plain.tmp").toString()));
    Path output = folder.resolve("plain.out");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile()).redirectOutput(output.toFile());
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    Process process = builder.start();
    MemoryUse use = MemoryUse.NONE;
    while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
      use = use.max(MemoryUse.ofProcess(process.pid()));
    }
    Files.deleteIfExists(database);
    Lab.delete(folder.resolve("plain.tmp"));
    String text = Files.readString(output, StandardCharsets.UTF_8).strip();
    double millis = process.exitValue() == 0 ? Double.parseDouble(text) : Double.NaN;
    return new Outcome(millis, process.exitValue(), Files.readString(errors), use);
  }
}
