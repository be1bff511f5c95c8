package dev.osiris.host.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.host.sandbox.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerUserTest {
  @TempDir private Path around;
  private Path granted;
  private Path file;

  @BeforeEach
  void makeFile() throws IOException {
    // Around the grant, the container has folders of its own.
    restrict(around, "rwx------");
    granted = Files.createDirectory(around.toRealPath().resolve("granted"));
    file = Files.writeString(Files.createDirectory(granted.resolve("in")).resolve("f"), "x");
    restrict(granted, "rwxr-xr-x");
    restrict(file.getParent(), "rwxr-xr-x");
    restrict(file, "rw-r--r--");
  }

  private static void restrict(Path path, String rights) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }

  private boolean nobodyReads(Path path) {
    return ContainerUser.NOBODY.mayRead(path, List.of(granted));
  }

  @Test
  void container_isNobody_whereTheHostIsRoot_andElseTheHost() {
    assertThat(ContainerUser.of(new FileOwner(0, 7))).hasToString("65532:65532");
    assertThat(ContainerUser.of(new FileOwner(1000, 100))).hasToString("1000:100");
  }

  @Test
  void file_isReadable_whenItsModeAndThoseOfGrantedFoldersAllow() throws IOException {
    assertThat(nobodyReads(file)).isTrue();
    assertThat(nobodyReads(granted.resolve("in/../in/f"))).isTrue();
    assertThat(nobodyReads(granted.resolve("none"))).isFalse();

    restrict(file, "rw-r-----");
    assertThat(nobodyReads(file)).isFalse();
    FileOwner owner = FileOwner.of(file);
    assertThat(new ContainerUser(owner.uid(), -1).mayRead(file, List.of(granted))).isTrue();
    assertThat(new ContainerUser(-1, owner.gid()).mayRead(file, List.of(granted))).isTrue();
  }

  @Test
  void file_isNotReadable_inAFolderThatCannotBeEnteredOrListed() throws IOException {
    restrict(file.getParent(), "rwx--x--x");
    assertThat(nobodyReads(file)).isFalse();
    restrict(file.getParent(), "rwxr-xr-x");
    restrict(granted, "rwxr-x---");
    assertThat(nobodyReads(file)).isFalse();
  }

  @Test
  void link_isReadable_whenItsEndIs() throws IOException {
    Path link = Files.createSymbolicLink(granted.resolve("link"), file);
    assertThat(nobodyReads(link)).isTrue();
    restrict(file.getParent(), "rwx------");
    assertThat(nobodyReads(link)).isFalse();
  }
}
