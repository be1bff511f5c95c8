package dev.osiris.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthFileTest {
  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void touch_makesTheFile_thenKeepsItYoung() throws IOException {
    Path file = folder.resolve("health");
    HealthFile health = new HealthFile(file, () -> now);
    assertThat(file).doesNotExist();

    health.touch();
    health.touch();
    assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(now);

    now = now.plusSeconds(1);
    health.touch();
    assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(now);
  }

  @Test
  void close_removesTheFile_andALateTouchDoesNotBringItBack() throws IOException {
    Path file = folder.resolve("health");
    HealthFile health = new HealthFile(file, () -> now);
    health.touch();

    health.close();
    health.touch();

    assertThat(file).doesNotExist();
  }

  @Test
  void touch_goesOn_whereTheFileCannotBeMade() throws IOException {
    Path missing = folder.resolve("later");
    HealthFile health = new HealthFile(missing.resolve("health"), () -> now);
    health.touch();

    Files.createDirectory(missing);
    health.touch();

    assertThat(missing.resolve("health")).exists();
  }
}
