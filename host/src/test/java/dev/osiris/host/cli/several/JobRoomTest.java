package dev.osiris.host.cli.several;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.unit.ByteSize;
import org.junit.jupiter.api.Test;

class JobRoomTest {
  private static final JobRoom ROOM = new JobRoom(4, ByteSize.ofMiB(2048));

  @Test
  void jobs_areOneAProcessor_whereTheLimitsFit() {
    assertThat(ROOM.jobs(null, 10, ByteSize.ofMiB(256))).isEqualTo(4);
    assertThat(ROOM.jobs(null, 3, ByteSize.ofMiB(256))).isEqualTo(3);
    assertThat(ROOM.jobs(null, 10, ByteSize.ofMiB(1024))).isEqualTo(2);
    assertThat(ROOM.jobs(null, 10, ByteSize.ofMiB(4096))).isEqualTo(1);
  }

  @Test
  void jobs_areWhatWasAskedFor_butNoMoreThanPipelines() {
    assertThat(ROOM.jobs(9, 10, ByteSize.ofMiB(4096))).isEqualTo(9);
    assertThat(ROOM.jobs(9, 2, ByteSize.ofMiB(256))).isEqualTo(2);
  }

  @Test
  void warning_comesWhenTheLimitsDoNotFitTogether() {
    assertThat(ROOM.warning(2, ByteSize.ofMiB(1024))).isEmpty();
    assertThat(ROOM.warning(3, ByteSize.ofMiB(1024)))
        .hasValueSatisfying(
            text -> assertThat(text).contains("3 sandboxes", "need 3g", "--jobs", "--memory"));
  }
}
