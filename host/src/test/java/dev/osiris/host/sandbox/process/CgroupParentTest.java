package dev.osiris.host.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupParentTest {
  @TempDir private Path mount;

  @Test
  void versionOne_beginsWithTheOwnGroup() throws Exception {
    Path own = Files.createDirectories(mount.resolve("memory/user/me"));
    assertThat(CgroupParent.of(mount, "3:cpu:/other\n4:memory:/user/me\n0::/x\n"))
        .extracting(CgroupParent::folder)
        .containsExactly(own, mount.resolve("memory/user"), mount.resolve("memory"));
  }

  @Test
  void versionTwo_isToldByItsControllers() throws Exception {
    Path own = Files.createDirectories(mount.resolve("user.slice/me"));
    Files.writeString(mount.resolve("cgroup.controllers"), "cpu memory");
    assertThat(CgroupParent.of(mount, "0::/user.slice/me\n"))
        .startsWith(new CgroupParent(own, true))
        .endsWith(new CgroupParent(mount, true))
        .hasSize(3);
  }

  @Test
  void pathOfAnotherNamespace_meansTheRoot() throws Exception {
    Files.createDirectories(mount.resolve("memory"));
    assertThat(CgroupParent.of(mount, "4:memory:/../../elsewhere\n"))
        .containsExactly(new CgroupParent(mount.resolve("memory"), false));
  }

  @Test
  void noController_meansNoPlace() {
    assertThat(CgroupParent.of(mount, "1:name=systemd:/\n")).isEmpty();
  }
}
