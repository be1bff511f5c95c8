package dev.osiris.worker.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {

  private static final String SHA256_OF_ABCDEF =
      "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721";

  @TempDir private Path folder;
  private final Uploads uploads = new Uploads(DiskBudget.of(new ByteSize(10)));
  private Path partial;

  @BeforeEach
  void name() {
    partial = folder.resolve("partial");
  }

  @Test
  void upload_goesOnWhereItStopped_withoutReadingAgain() throws IOException {
    try (Upload.Turn turn = uploads.begin(partial, 6, true).goOn(0)) {
      assertThat(turn.write(bytes("abc"))).isTrue();
    }
    assertThat(uploads.arrived(partial)).isEqualTo(3);
    try (Upload.Turn turn = uploads.begin(partial, 6, true).goOn(3)) {
      assertThat(turn.write(bytes("def"))).isTrue();
      assertThat(turn.digest()).isEqualTo(SHA256_OF_ABCDEF);
    }
    assertThat(partial).hasContent("abcdef");
  }

  @Test
  void upload_dropsWhatLiesBehindItsOffset_alsoFromItsDigest() throws IOException {
    Upload upload = uploads.begin(partial, 6, true);
    try (Upload.Turn turn = upload.goOn(0)) {
      assertThat(turn.write(bytes("abXY"))).isTrue();
    }
    try (Upload.Turn turn = upload.goOn(2)) {
      assertThat(turn.write(bytes("cdef"))).isTrue();
      assertThat(turn.digest()).isEqualTo(SHA256_OF_ABCDEF);
    }
    assertThat(partial).hasContent("abcdef");
  }

  @Test
  void anEarlierTurn_writesNothingMore_onceAnotherHasBegun() throws IOException {
    Upload upload = uploads.begin(partial, 6, false);
    Upload.Turn broken = upload.goOn(0);
    assertThat(broken.write(bytes("ab"))).isTrue();
    try (Upload.Turn turn = upload.goOn(2)) {
      assertThat(broken.write(bytes("??"))).isFalse();
      broken.close();
      assertThat(turn.write(bytes("cdef"))).isTrue();
    }
    assertThat(partial).hasContent("abcdef");
  }

  @Test
  void upload_isRefused_beyondWhatHasArrivedAndWhatWasAnnounced() throws IOException {
    Upload upload = uploads.begin(partial, 3, false);

    assertThatThrownBy(() -> upload.goOn(1)).hasMessageContaining("only 0 bytes have arrived");
    try (Upload.Turn turn = upload.goOn(0)) {
      assertThatThrownBy(() -> turn.write(bytes("abcd"))).hasMessageContaining("announced size");
    }
  }

  @Test
  void uploads_keepToTheLimitOfTheSession_together() throws IOException {
    uploads.begin(partial, 6, false).goOn(0).close();

    Path second = folder.resolve("second");
    assertThatThrownBy(() -> uploads.begin(second, 5, false))
        .isInstanceOfSatisfying(
            StepException.class,
            refused -> assertThat(refused.failure().code()).isEqualTo(FailureCode.LIMIT_REACHED));
    uploads.discard(partial);
    assertThat(partial).doesNotExist();
    assertThat(uploads.begin(second, 5, false).arrived()).isZero();
  }

  @Test
  void aReplacedFile_countsNoLonger() throws IOException {
    for (int i = 0; i < 5; i++) {
      // Until it has its name the file that it replaces is there, too.
      uploads.begin(partial, 5, false).goOn(0).close();
      Files.deleteIfExists(partial);
      uploads.end(partial, folder.resolve("target"));
    }
    assertThat(uploads.begin(folder.resolve("more"), 5, false).arrived()).isZero();
    assertThat(uploads.arrived(partial)).isEqualTo(5);
  }

  @Test
  void afterTheEnd_nothingIsMade_andAnEndWaitsForWhatIsBeingMade() throws Exception {
    Path target = folder.resolve("sub/target");
    CompletableFuture<Void> ended =
        uploads.whileOpen(() -> {
          CompletableFuture<Void> end = new CompletableFuture<>();
          Thread.ofVirtual()
              .start(() -> {
                try {
                  uploads.close();
                  end.complete(null);
                } catch (IOException e) {
                  end.completeExceptionally(e);
                }
              });
          assertThat(end).isNotDone();
          return end;
        });
    ended.get(10, TimeUnit.SECONDS);

    assertThatThrownBy(() -> uploads.begin(target, 1, false))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> uploads.whileOpen(() -> Files.createDirectories(target)))
        .isInstanceOf(ClosedChannelException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private static List<ByteBuffer> bytes(String text) {
    return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
