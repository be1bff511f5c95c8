package dev.osiris.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir private Path parent;

  @Test
  void create_removesFoldersOfDeadHosts_andNoOthers() throws IOException {
    HostProcess self = HostProcess.current();
    HostProcess dead =
        new HostProcess(self.machine(), self.pid(), self.started().minus(Duration.ofHours(1)));
    try (RunFolder mine = RunFolder.create(parent, self)) {
      Path orphan = RunFolder.create(parent, dead).path();
      Files.writeString(orphan.resolve("w.sock"), "");
      Path foreign = Files.createDirectory(parent.resolve("osiris-of-somebody"));
      RunFolder next = RunFolder.create(parent, self);
      assertThat(orphan).doesNotExist();
      assertThat(mine.path()).exists();
      assertThat(foreign).exists();
      assertThat(next.socket().toString().length() - parent.toString().length()).isLessThan(67);
    }
  }

  @Test
  void in_takesThePlaceOfWhatIsLeft() throws IOException {
    Path leftover = Files.createDirectory(parent.resolve("run")).resolve("token");
    Files.writeString(leftover, "old");
    try (RunFolder folder = RunFolder.in(parent)) {
      assertThat(folder.path()).isEmptyDirectory();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void dialable_isEmpty_whenNoFormOfThePathFits() {
    assertThat(new RunFolder(parent).dialable()).isPresent();
    assertThat(new RunFolder(parent.resolve("x".repeat(120))).dialable()).isEmpty();
    Path here = Path.of("").toAbsolutePath();
    Path below = here.resolve("y".repeat(90));
    assertThat(new RunFolder(below).dialable())
        .hasValueSatisfying(path -> assertThat(path.isAbsolute()).isFalse());
  }
}
