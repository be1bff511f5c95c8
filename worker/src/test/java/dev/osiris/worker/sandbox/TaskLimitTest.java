package dev.osiris.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLimitTest {

  @TempDir Path mount;

  @Test
  void limit_isReadFromEitherVersion() throws Exception {
    assertThat(TaskLimit.of(mount)).isEmpty();
    Files.createDirectory(mount.resolve("pids"));
    Files.writeString(mount.resolve("pids/pids.max"), "512\n");
    assertThat(TaskLimit.of(mount)).hasValue(512);
    Files.writeString(mount.resolve("pids.max"), "64\n");
    assertThat(TaskLimit.of(mount)).hasValue(64);
  }

  @Test
  void noLimit_isNone() throws Exception {
    Files.writeString(mount.resolve("pids.max"), "max\n");
    assertThat(TaskLimit.of(mount)).isEmpty();
  }
}
