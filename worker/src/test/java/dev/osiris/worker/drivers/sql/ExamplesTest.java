package dev.osiris.worker.drivers.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.driver.Driver;
import dev.osiris.worker.drivers.parquet.RecordingStepContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in {@code examples/} does what its README says. */
class ExamplesTest {

  private static final Path EXAMPLES = Path.of("..", "examples");

  @TempDir Path folder;

  @Test
  void movies_haveTheSameBytes_onEveryMachine() throws IOException, InterruptedException {
    generate("first");
    generate("second");

    assertThat(digest("first"))
        .isEqualTo(digest("second"))
        .isEqualTo("d5673f284e7c4a6c93d87a4a66bccc620630a38c2d0de96ca51409b2775874f4");
  }

  @Test
  void movies_areOthers_withAnotherSeedOrScale() throws IOException, InterruptedException {
    generate("first");
    generate("seed", "--seed", "1928");
    generate("scale", "--scale", "2");

    assertThat(digest("seed")).isNotEqualTo(digest("first"));
    assertThat(Files.readAllLines(folder.resolve("scale/actors.csv"))).hasSize(801);
  }

  @Test
  void movies_haveWhatMakesCsvHard() throws IOException, InterruptedException {
    generate("data");

    assertThat(Files.readString(folder.resolve("data/ratings.csv")))
        .contains("\"so \"\"deep\"\", so slow\"", "\"two lines:\nfirst, second\"", "🎬", "NULL");
    assertThat(Files.readAllLines(folder.resolve("data/movies.csv")))
        .anyMatch(line -> line.matches("[0-9]+,0[0-9]{6},.*"))
        .anyMatch(line -> line.matches(".*,[0-9]+\\.[0-9]{2},2[0-9T:.-]+"))
        .anyMatch(line -> line.matches(".*,[0-9]+,,2[0-9T:.-]+"));
    assertThat(Files.readString(folder.resolve("data/credits.csv"))).contains(",\"\",");
    try (Stream<Path> files = Files.list(folder.resolve("data"))) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(1_000_000);
    }
  }

  @Test
  void drivers_runOneAfterTheOther_againstTheSpiAlone() throws Exception {
    Path sources = EXAMPLES.resolve("drivers/src/main/java/example");
    compile(sources);
    Files.copy(EXAMPLES.resolve("drivers/people.jsonl"), folder.resolve("people.jsonl"));

    try (URLClassLoader classes =
            new URLClassLoader(
                new URL[] {folder.resolve("classes").toUri().toURL()},
                getClass().getClassLoader());
        RecordingStepContext extract = step("extract");
        RecordingStepContext filter = step("filter");
        RecordingStepContext write = step("write")) {
      driver(classes, "LinesExtractor").run(extract.with("path", "../people.jsonl"));
      assertThat(extract.rows("SELECT count(*) FROM main")).containsExactly("4");

      filter.given("people", "SELECT * FROM read_json('" + folder.resolve("people.jsonl") + "')");
      driver(classes, "AgeProcessor").run(filter.with("older_than", 18L));
      assertThat(filter.rows("SELECT name FROM main")).containsExactly("Žofie", "Amélie");
      assertThat(filter.metrics()).containsEntry("rows_kept", 2.0);

      write.given("adults", "SELECT unnest(['b', 'a']) AS name");
      driver(classes, "NamesWriter").run(write.with("path", "names.txt"));
      assertThat(folder.resolve("write/names.txt")).hasContent("b\na\n");
      assertThat(write.written().getFirst().rows()).isEqualTo(2);
    }
    try (Stream<Path> files = Files.list(sources)) {
      assertThat(files)
          .hasSize(3)
          .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeLessThan(31));
    }
  }

  private RecordingStepContext step(String name) throws Exception {
    return new RecordingStepContext(Files.createDirectory(folder.resolve(name)));
  }

  private static Driver driver(ClassLoader classes, String name) throws Exception {
    return (Driver) classes.loadClass("example." + name).getConstructor().newInstance();
  }

  private void compile(Path sources) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-d",
                folder.resolve("classes").toString(),
                "-cp",
                Path.of(Driver.class.getProtectionDomain().getCodeSource().getLocation().getPath())
                    .toString()));
    try (Stream<Path> files = Files.list(sources)) {
      files.map(Path::toString).forEach(arguments::add);
    }
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(result).isZero();
  }

  private void generate(String name, String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                EXAMPLES.resolve("movies/Generate.java").toString()));
    command.addAll(List.of(options));
    command.add(folder.resolve(name).toString());
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private String digest(String name) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
    for (String file : List.of("movies", "actors", "directors", "credits", "ratings")) {
      digest.update(Files.readAllBytes(folder.resolve(name).resolve(file + ".csv")));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
