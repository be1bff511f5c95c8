package dev.osiris.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupMemoryTest {

  private static final String V1 = "5:cpu,cpuacct:/a\n4:memory:/osiris/s-1\n1:name=systemd:/\n";
  private static final String V2 = "0::/osiris/s-1\n";
  private static final String NONE_IN_V1 = "9223372036854771712\n";

  @TempDir Path mount;

  @Test
  void versionOne_isReadFromTheMemoryController() throws Exception {
    file("memory/memory.limit_in_bytes", NONE_IN_V1);
    file("memory/osiris/memory.limit_in_bytes", NONE_IN_V1);
    file("memory/osiris/s-1/memory.limit_in_bytes", "268435456\n");
    assertThat(CgroupMemory.of(mount, V1).map(CgroupMemory::limit)).contains(ByteSize.ofMiB(256));
  }

  @Test
  void versionOne_withoutALimit_hasNone() throws Exception {
    file("memory/memory.limit_in_bytes", NONE_IN_V1);
    file("memory/osiris/s-1/memory.limit_in_bytes", NONE_IN_V1);
    assertThat(CgroupMemory.of(mount, V1)).isEmpty();
  }

  @Test
  void versionTwo_isReadFromTheUnifiedHierarchy() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("osiris/s-1/memory.max", "536870912\n");
    assertThat(CgroupMemory.of(mount, V2).map(CgroupMemory::limit)).contains(ByteSize.ofMiB(512));
  }

  @Test
  void versionTwo_withoutALimit_hasNone() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("osiris/memory.max", "max\n");
    file("osiris/s-1/memory.max", "max\n");
    assertThat(CgroupMemory.of(mount, V2)).isEmpty();
  }

  @Test
  void nestedGroups_limitByTheLeastOfThem() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("osiris/memory.max", "268435456\n");
    file("osiris/s-1/memory.max", "536870912\n");
    assertThat(CgroupMemory.of(mount, V2).map(CgroupMemory::limit)).contains(ByteSize.ofMiB(256));
  }

  @Test
  void container_seesItsGroupAsTheRoot_underAPathOfTheHost() throws Exception {
    file("memory/memory.limit_in_bytes", "268435456\n");
    assertThat(CgroupMemory.of(mount, "4:memory:/docker/0123abc\n").map(CgroupMemory::limit))
        .contains(ByteSize.ofMiB(256));
  }

  @Test
  void containerOfVersionTwo_seesItsGroupAsTheRoot() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("memory.max", "268435456\n");
    assertThat(CgroupMemory.of(mount, "0::/\n").map(CgroupMemory::limit))
        .contains(ByteSize.ofMiB(256));
  }

  @Test
  void pathThatLeadsOut_isNotFollowed() throws Exception {
    file("cgroup.controllers", "memory\n");
    file("memory.max", "268435456\n");
    assertThat(CgroupMemory.of(mount, "0::/../../etc\n").map(CgroupMemory::limit))
        .contains(ByteSize.ofMiB(256));
  }

  @Test
  void systemWithoutCgroups_hasNone() {
    assertThat(CgroupMemory.of(mount.resolve("nowhere"), "")).isEmpty();
  }

  @Test
  void held_isWhatIsCounted_lessTheFilesThatNobodyMaps_andIsReadAnew() throws Exception {
    file("memory/memory.limit_in_bytes", "268435456\n");
    file("memory/memory.usage_in_bytes", "200000000\n");
    // The group's own come first, and those of all below it are what counts.
    file(
        "memory/memory.stat",
        "active_file 1\ninactive_file 1\ntotal_rss 1\ntotal_mapped_file 5000000\ntotal_inactive_file 30000000\ntotal_active_file 20000000\n");
    LongSupplier held = CgroupMemory.of(mount, "4:memory:/\n").orElseThrow().held();
    assertThat(held.getAsLong()).isEqualTo(155_000_000);
    file("memory/memory.usage_in_bytes", "210000000\n");
    assertThat(held.getAsLong()).isEqualTo(165_000_000);
  }

  @Test
  void held_ofVersionTwo_leavesOutWhatTheKernelCachesForItself() throws Exception {
    file("cgroup.controllers", "cpu memory pids\n");
    file("memory.max", "268435456\n");
    file("memory.current", "200000000\n");
    file(
        "memory.stat",
        "anon 1\nfile 60000000\nfile_mapped 1000000\ninactive_file 30000000\nactive_file 20000000\nslab_reclaimable 5000000\n");
    assertThat(CgroupMemory.of(mount, "0::/\n").orElseThrow().held().getAsLong())
        .isEqualTo(146_000_000);
  }

  private void file(String name, String content) throws IOException {
    Path file = mount.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
