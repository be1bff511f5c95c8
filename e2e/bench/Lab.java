package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** What a case works with: folders, the seed, the command line, baselines, and the file that keeps its figures. */
public final class Lab {

  private final Settings settings;
  private final Results results;
  private final String caseName;

  /**
   * What the command line says.
   *
   * @param pairs how often a measurement and its baseline are repeated
   * @param time how long new parts begin
   * @param begun when, in {@link System#nanoTime}
   */
  record Settings(Path repository, Path work, long seed, int pairs, Duration time, long begun) {}

  /** No part begins any more; what was measured is kept, and the next run goes on. */
  static final class TimeIsUp extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  Lab(Settings settings, Results results, String caseName) {
    this.settings = settings;
    this.results = results;
    this.caseName = caseName;
  }

  public long seed() {
    return settings.seed;
  }

  public int pairs() {
    return settings.pairs;
  }

  /** How often a quick measurement is repeated: so many times for each pair, twenty times by default for 4. */
  public int times(int perPair) {
    return perPair * pairs();
  }

  /** The root of the repository. */
  public Path repository() {
    return settings.repository;
  }

  /** A folder with the benchmark's own drivers, for {@code --drivers}. */
  public Path drivers() {
    return settings.work.resolve("drivers");
  }

  /** Measures one part of this case and keeps its figures, unless they are kept already. */
  public void part(String part, Callable<List<Figure>> measurement) throws Exception {
    if (results.has(caseName, part)) {
      System.err.println(caseName + "/" + part + ": measured before");
      return;
    }
    if (System.nanoTime() - settings.begun > settings.time.toNanos()) {
      throw new TimeIsUp();
    }
    List<Figure> figures = measurement.call();
    String command = "scripts/bench --only %s --seed %d --pairs %d".formatted(caseName, seed(), pairs());
    results.append(caseName, part, command, figures);
    figures.forEach(figure -> System.out.println(caseName + "/" + part + ": " + figure));
  }

  /** The same where it needs something that may be missing here: then it is not run, and the report says why. */
  public void part(String part, Optional<String> missing, Callable<List<Figure>> measurement) throws Exception {
    if (missing.isEmpty()) {
      part(part, measurement);
    } else if (!results.has(caseName, part)) {
      System.err.println(caseName + "/" + part + ": not run: " + missing.get());
      results.notRun(caseName, part, missing.get());
    }
  }

  /** The median of a figure of this case that was measured before; empty when it was not. */
  public OptionalDouble measured(String part, String figure) throws IOException {
    return results.median(caseName, part, figure);
  }

  /** An empty folder of this name in the work folder. */
  public Path fresh(String name) throws IOException {
    Path folder = settings.work.resolve(name);
    delete(folder);
    return Files.createDirectories(folder);
  }

  /** A folder that stays from run to run, for inputs that take long to make; the maker writes into an empty one. */
  public Path once(String name, Maker maker) throws Exception {
    Path folder = settings.work.resolve(name);
    if (!Files.exists(folder)) {
      Path making = fresh(name + ".making");
      maker.make(making);
      Files.move(making, folder);
    }
    return folder;
  }

  /** Fills a folder. */
  public interface Maker {
    void make(Path folder) throws Exception;
  }

  public static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Runs {@code scripts/osiris ARGS --json} in a folder to its end; fails when it does. */
  public OsirisRun osiris(Path folder, String... args) throws Exception {
    return succeeded(folder, tryOsiris(folder, args), args);
  }

  /** The same without a look at its worker, which takes a processor a while: for what is quick. */
  public OsirisRun unwatched(Path folder, String... args) throws Exception {
    return succeeded(folder, OsirisRun.of(folder, command(args), false), args);
  }

  private static OsirisRun succeeded(Path folder, OsirisRun run, String... args) throws IOException {
    if (run.exit() != 0) {
      throw new IllegalStateException(
          String.join(" ", args) + " ended with " + run.exit() + ": " + Files.readString(folder.resolve("stderr.txt")));
    }
    return run;
  }

  /** As {@link #osiris}, whatever it ends with. */
  public OsirisRun tryOsiris(Path folder, String... args) throws Exception {
    return OsirisRun.of(folder, command(args), true);
  }

  /** Begins such a run; {@link OsirisRun#ended} reads what it printed. */
  public Process begin(Path folder, String... args) throws IOException {
    return OsirisRun.begin(folder, command(args));
  }

  private List<String> command(String... args) {
    List<String> command = new ArrayList<>(List.of(settings.repository.resolve("scripts/osiris").toString()));
    command.addAll(List.of(args));
    command.addAll(List.of("--json", "--quiet"));
    return command;
  }

  /** Workers of this build, for the host as a library. */
  public Workers workers() {
    return new Workers(settings.repository);
  }

  /** Statements in one plain DuckDB process. */
  public PlainDuckDb plain() {
    return new PlainDuckDb(settings.repository, settings.work.resolve("classes"));
  }
}
