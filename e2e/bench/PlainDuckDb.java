package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A baseline: statements in one plain DuckDB process with a file database, of the version that the worker has. */
public final class PlainDuckDb {

  private final Path repository;
  private final Path classes;

  PlainDuckDb(Path repository, Path classes) {
    this.repository = repository;
    this.classes = classes;
  }

  /**
   * How it runs.
   *
   * @param memory DuckDB's limit, {@code -} for its default
   * @param cgroupBytes limit of the whole process, 0 for none
   */
  public record Settings(int threads, String memory, long cgroupBytes, Duration timeout) {}

  /** What a run came to; {@code millis} are those of the statements, NaN where one failed. */
  public record Outcome(double millis, Watched process) {}

  /** Runs statements to their end; fails when one does. */
  public double run(Path folder, List<String> statements, int threads, String memory) throws IOException, InterruptedException {
    Outcome outcome = attempt(folder, statements, new Settings(threads, memory, 0, Duration.ofHours(1)));
    if (Double.isNaN(outcome.millis)) {
      throw new IllegalStateException("the baseline failed: " + outcome.process.error());
    }
    return outcome.millis;
  }

  /** The same, whatever it ends with. */
  public Outcome attempt(Path folder, List<String> statements, Settings settings) throws IOException, InterruptedException {
    Path database = folder.resolve("plain.duckdb");
    Path file = folder.resolve("plain.sql");
    Path spill = folder.resolve("plain.tmp");
    Files.deleteIfExists(database);
    Files.write(file, statements.stream().map(statement -> statement.replace('\n', ' ')).toList());
    List<String> command =
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
            Integer.toString(settings.threads),
            settings.memory,
            spill.toString());
    Watched process = Watched.run(folder, settings.cgroupBytes, settings.timeout, Map.of("MALLOC_ARENA_MAX", "2"), command);
    Files.deleteIfExists(database);
    Files.deleteIfExists(Path.of(database + ".wal"));
    Lab.delete(spill);
    return new Outcome(process.succeeded() ? Double.parseDouble(process.output().strip()) : Double.NaN, process);
  }
}
