package dev.osiris.host.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.osiris.failure.FailureCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers that break, damage what they carry, or are not to be. */
class FileClientTest {
  private static final byte[] TEXT = "seventeen letters".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private FakeFiles worker;
  private FileClient client;

  @BeforeEach
  void start() throws IOException {
    worker = new FakeFiles();
    client = worker.client();
  }

  @AfterEach
  void stop() {
    client.close();
    worker.close();
  }

  private long download(long most) throws TransferFailed, InterruptedException {
    return client.download("f", folder.resolve("f"), most, (moved, total) -> {});
  }

  @Test
  void download_goesOnWhereItBroke() throws Exception {
    worker.put("f", TEXT);
    worker.breakAfter(2);
    List<Long> moved = new ArrayList<>();
    long fetched =
        client.download("f", folder.resolve("f"), 100, (bytes, total) -> moved.add(bytes));

    assertThat(folder.resolve("f")).hasBinaryContent(TEXT);
    assertThat(fetched).isEqualTo(TEXT.length);
    assertThat(moved).containsExactly(4L, 8L, 12L, 16L, 17L);
    assertThat(worker.calls()).isEqualTo(3);
  }

  @Test
  void download_comesAgain_whenAChunkWasDamaged() throws Exception {
    worker.put("f", TEXT);
    worker.damage(2);
    download(100);

    assertThat(folder.resolve("f")).hasBinaryContent(TEXT);
    assertThat(worker.calls()).isEqualTo(3);
  }

  @Test
  void download_fails_whenItIsDamagedAgainAndAgain() {
    worker.put("f", TEXT);
    worker.damage(100);

    assertThatExceptionOfType(TransferFailed.class)
        .isThrownBy(() -> download(100))
        .satisfies(failed -> {
          assertThat(failed.failure().code()).isEqualTo(FailureCode.DATA_CORRUPT);
          assertThat(failed.failure().where().file()).isEqualTo("f");
        });
    assertThat(worker.calls()).isEqualTo(3);
  }

  @Test
  void download_takesNoMoreThanItMay() {
    worker.put("f", TEXT);

    assertThatExceptionOfType(TransferFailed.class)
        .isThrownBy(() -> download(16))
        .satisfies(
            failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.LIMIT_REACHED));
    assertThat(folder.resolve("f")).isEmptyFile();
  }

  @Test
  void download_ofWhatIsNotThere_saysSo() {
    assertThatExceptionOfType(TransferFailed.class)
        .isThrownBy(() -> download(100))
        .matches(TransferFailed::isMissing);
  }

  @Test
  void download_endsWithItsThread() throws Exception {
    worker.put("f", TEXT);
    worker.breakAfter(0);
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> download(100));
    assertThat(Thread.interrupted()).isFalse();
  }

  private Path large() throws IOException {
    byte[] bytes = new byte[1_000_000];
    new Random(7).nextBytes(bytes);
    return Files.write(folder.resolve("large"), bytes);
  }

  @Test
  void upload_goesOnWhereItBroke() throws Exception {
    Path file = large();
    worker.breakAfter(1);
    client.upload(file, "/in", (moved, total) -> {});

    assertThat(worker.get("/in")).isEqualTo(Files.readAllBytes(file));
    // Chunks of 256 KiB.
    assertThat(worker.calls()).isEqualTo(4);
  }

  @Test
  void upload_beginsAgain_whenAChunkWasDamaged_andFailsInTheEnd() throws Exception {
    Path file = large();
    worker.damage(2);
    client.upload(file, "/in", (moved, total) -> {});
    assertThat(worker.get("/in")).isEqualTo(Files.readAllBytes(file));

    worker.damage(100);
    assertThatExceptionOfType(TransferFailed.class)
        .isThrownBy(() -> client.upload(file, "/in", (moved, total) -> {}))
        .satisfies(
            failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.DATA_CORRUPT));
  }

  @Test
  void upload_fails_whenTheFileChangesMeanwhile() throws Exception {
    Path file = large();

    assertThatExceptionOfType(TransferFailed.class)
        .isThrownBy(() ->
            client.upload(
                file,
                "/in",
                (moved, total) -> {
                  if (moved == total) {
                    append(file);
                  }
                }))
        .satisfies(failed -> {
          assertThat(failed.failure().code()).isEqualTo(FailureCode.FILE_UNREADABLE);
          assertThat(failed.failure().message()).contains("changed while it was read");
        });
  }

  private static void append(Path file) {
    try {
      Files.writeString(file, "more", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
