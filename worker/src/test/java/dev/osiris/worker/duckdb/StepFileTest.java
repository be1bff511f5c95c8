package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.step.StepId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
@SuppressWarnings("InterruptedExceptionSwallowed") // JUnit reports whatever a test throws.
class StepFileTest {

  private static final int ROUNDS = 30;
  private static final long SEED = 20261123;

  @TempDir Path root;
  private Path data;

  @BeforeEach
  void makeDataDirectory() throws IOException {
    data = Files.createDirectory(root.resolve("data"));
  }

  @Test
  void publish_replacesFileOfEarlierAttempt_andMakesItReadOnly() throws Exception {
    for (String content : List.of("first", "second")) {
      StepFile file = StepFile.begin(data, new StepId("größe-1"), "attempt/" + content);
      Files.writeString(file.path(), content);
      file.publish();
    }
    Path published = data.resolve("größe-1.duckdb");
    assertThat(published).hasContent("second");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(published)))
        .isEqualTo("r--r--r--");
    assertThat(data).isDirectoryContaining(published::equals);
    assertThat(data.toFile().list()).hasSize(1);
  }

  @Test
  void begin_staysBesideTarget_whateverTheAttemptIsCalled() throws Exception {
    String longest = "s".repeat(180);
    StepFile file = StepFile.begin(data, new StepId(longest), "../../x" + "y".repeat(300));
    Files.writeString(file.path(), "x");
    Files.writeString(file.path().resolveSibling(file.path().getFileName() + ".wal"), "x");
    assertThat(file.path()).hasParent(data);
    file.discard();
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void publish_refuses_whenFileWasNotClosed() throws Exception {
    StepFile file = StepFile.begin(data, new StepId("a"), "1");
    Files.writeString(file.path(), "x");
    Files.writeString(StepFile.logOf(file.path()), "x");
    assertThatThrownBy(file::publish).isInstanceOf(IOException.class);
    assertThat(file.target()).doesNotExist();
  }

  @Test
  void publish_removesLogOfReplacedFile() throws Exception {
    Path log = data.resolve("a.duckdb.wal");
    Files.writeString(log, "rows of another file");
    StepFile file = StepFile.begin(data, new StepId("a"), "1");
    Files.writeString(file.path(), "x");
    file.publish();
    assertThat(log).doesNotExist();
  }

  @Test
  void removeLeftovers_keepsPublishedFilesOnly() throws Exception {
    List<String> published = List.of("a.duckdb", "x.tmp.duckdb", "y.duckdb.wal.duckdb");
    List<String> leftovers =
        List.of(".a.1.duckdb.tmp", ".a.1.duckdb.tmp.wal", "a.duckdb.wal", "b.duckdb.wal.recovery");
    for (String name : published) {
      Files.writeString(data.resolve(name), "x");
    }
    for (String name : leftovers) {
      Files.writeString(data.resolve(name), "x");
    }
    assertThat(StepFile.removeLeftovers(data)).hasSameSizeAs(leftovers);
    assertThat(data.toFile().list()).containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void reader_seesWholeFileOrNone_whenWriterIsKilledAtAnyMoment() throws Exception {
    Random random = new Random(SEED);
    Path published = StepFile.published(data, new StepId("step"));
    AtomicBoolean done = new AtomicBoolean();
    int checked;
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<Integer> reader = threads.submit(() -> readUntil(done, published));
      for (int round = 0; round < ROUNDS; round++) {
        killWriterAfter(random.nextInt(120));
        assertWhole(published);
        StepFile.removeLeftovers(data);
        assertThat(data.toFile().list()).as("round %d", round).containsExactly("step.duckdb");
      }
      done.set(true);
      checked = reader.get(60, TimeUnit.SECONDS);
    }
    assertThat(checked).as("times that the reader looked").isPositive();
  }

  private static int readUntil(AtomicBoolean done, Path published) throws Exception {
    int checked = 0;
    while (!done.get()) {
      if (Files.exists(published)) {
        assertWhole(published);
        checked++;
      }
    }
    return checked;
  }

  /** Each file has rows 0 to n, and n as its last value: part of it would not add up. */
  private static void assertWhole(Path published) throws SQLException {
    assertThat(
            Sandbox.rows(
                published,
                "SELECT count(*) = max(n) AND sum(i) = n * (n - 1) / 2 FROM main GROUP BY n"))
        .containsExactly(List.of(true));
  }

  /** Starts a JVM that publishes for ever, and kills it some time after its first publication. */
  private void killWriterAfter(int millis) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.library.path=" + System.getProperty("java.library.path"),
                "-cp",
                classPath(),
                EndlessWriter.class.getName(),
                data.toString(),
                root.resolve("tmp").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(writer.getInputStream().read()).as("first publication").isEqualTo('p');
      assertThat(writer.waitFor(millis, TimeUnit.MILLISECONDS)).as("writer ended").isFalse();
    } finally {
      writer.destroyForcibly();
      writer.waitFor();
    }
  }

  private static String classPath() {
    String ofTests = System.getProperty("surefire.test.class.path");
    return ofTests == null || ofTests.isBlank()
        ? System.getProperty("java.class.path")
        : ofTests.replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
  }

  /** What is killed. */
  static final class EndlessWriter {

    private EndlessWriter() {}

    public static void main(String[] arguments) throws Exception {
      Path data = Path.of(arguments[0]);
      Path temporary = Path.of(arguments[1]);
      Share share = Sandbox.SHARE;
      try (DuckDb duckdb = new DuckDb(new DuckDb.Settings(temporary, share, 1))) {
        for (int attempt = 1; attempt > 0; attempt++) {
          StepFile file = StepFile.begin(data, new StepId("step"), "attempt-" + attempt);
          int rows = 1000 + (attempt % 7) * 20_000;
          try (StepDatabase database =
              duckdb.begin(file.path(), InputRelations.of(List.of()), share)) {
            database.sql(
                "main", "SELECT range AS i, " + rows + "::BIGINT AS n FROM range(" + rows + ")");
            database.finish();
          }
          file.publish();
          System.out.write('p');
          System.out.flush();
        }
      }
    }
  }
}
