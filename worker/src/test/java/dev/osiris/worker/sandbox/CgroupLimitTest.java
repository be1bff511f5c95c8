package dev.osiris.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupLimitTest {

  private static final String V1 = "5:cpu,cpuacct:/a\n4:memory:/osiris/s-1\n1:name=systemd:/\n";
  private static final String V2 = "0::/osiris/s-1\n";
  private static final String NONE_IN_V1 = "9223372036854771712\n";

  @TempDir Path mount;

  @Test
  void versionOne_isReadFromTheMemoryController() throws Exception {
    file("memory/memory.limit_in_bytes", NONE_IN_V1);
    file("memory/osiris/memory.limit_in_bytes", NONE_IN_V1);
    file("memory/osiris/s-1/memory.limit_in_bytes", "268435456\n");
    assertThat(CgroupLimit.of(mount, V1)).contains(ByteSize.ofMiB(256));
  }

  @Test
  void versionOne_withoutALimit_hasNone() throws Exception {
    file("memory/memory.limit_in_bytes", NONE_IN_V1);
    file("memory/osiris/s-1/memory.limit_in_bytes", NONE_IN_V1);
    assertThat(CgroupLimit.of(mount, V1)).isEmpty();
  }

  @Test
  void versionTwo_isReadFromTheUnifiedHierarchy() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("osiris/s-1/memory.max", "536870912\n");
    assertThat(CgroupLimit.of(mount, V2)).contains(ByteSize.ofMiB(512));
  }

  @Test
  void versionTwo_withoutALimit_hasNone() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("osiris/memory.max", "max\n");
    file("osiris/s-1/memory.max", "max\n");
    assertThat(CgroupLimit.of(mount, V2)).isEmpty();
  }

  @Test
  void nestedGroups_limitByTheLeastOfThem() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("osiris/memory.max", "268435456\n");
    file("osiris/s-1/memory.max", "536870912\n");
    assertThat(CgroupLimit.of(mount, V2)).contains(ByteSize.ofMiB(256));
  }

  @Test
  void container_seesItsGroupAsTheRoot_underAPathOfTheHost() throws Exception {
    file("memory/memory.limit_in_bytes", "268435456\n");
    assertThat(CgroupLimit.of(mount, "4:memory:/docker/0123abc\n")).contains(ByteSize.ofMiB(256));
  }

  @Test
  void containerOfVersionTwo_seesItsGroupAsTheRoot() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("memory.max", "268435456\n");
    assertThat(CgroupLimit.of(mount, "0::/\n")).contains(ByteSize.ofMiB(256));
  }

  @Test
  void pathThatLeadsOut_isNotFollowed() throws Exception {
    file("cgroup.controllers", "memory\n");
    file("memory.max", "268435456\n");
    assertThat(CgroupLimit.of(mount, "0::/../../etc\n")).contains(ByteSize.ofMiB(256));
  }

  @Test
  void systemWithoutCgroups_hasNone() {
    assertThat(CgroupLimit.of(mount.resolve("nowhere"), "")).isEmpty();
  }

  private void file(String name, String content) throws IOException {
    Path file = mount.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
