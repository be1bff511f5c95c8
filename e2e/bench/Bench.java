package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The figures of {@code docs/benchmarks.md}: the product from outside, by its command line, against a named baseline in the same run.
 * Every finished part of a case is appended to {@code results.jsonl} in the work folder; what is there already is not run again.
 */
final class Bench {

  private Bench() {}

  /** Arguments: repository, work folder, seed, pairs, seconds, then the names of the cases to run (none: the usual ones). */
  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    List<Case> cases =
        ServiceLoader.load(Case.class).stream().map(ServiceLoader.Provider::get).sorted(Comparator.comparing(Case::name)).toList();
    Path work = Files.createDirectories(Path.of(args[1])).toRealPath();
    Lab.Settings settings =
        new Lab.Settings(
            Path.of(args[0]),
            work,
            Long.parseLong(args[2]),
            Integer.parseInt(args[3]),
            Duration.ofSeconds(Long.parseLong(args[4])),
            System.nanoTime());
    Results results = new Results(work.resolve("results.jsonl"));
    try {
      for (Case one : wanted(cases, List.of(args).subList(5, args.length))) {
        System.err.println("== " + one.name());
        one.run(new Lab(settings, results, one.name()));
      }
    } catch (Lab.TimeIsUp up) {
      System.err.println("the time is up; run the same again to go on");
    } finally {
      report(results, work.resolve("report.md"));
    }
  }

  /** In the order of the names, where cases are named. */
  private static List<Case> wanted(List<Case> cases, List<String> names) {
    if (names.isEmpty()) {
      return cases.stream().filter(Case::usual).toList();
    }
    Map<String, Case> known = cases.stream().collect(Collectors.toMap(Case::name, one -> one));
    if (!known.keySet().containsAll(names)) {
      throw new IllegalArgumentException("there are the cases " + String.join(" ", new TreeSet<>(known.keySet())));
    }
    return names.stream().map(known::get).toList();
  }

  private static void report(Results results, Path report) throws IOException {
    results.report(report);
    System.err.println("wrote " + report);
  }
}
