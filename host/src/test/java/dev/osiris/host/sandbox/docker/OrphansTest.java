package dev.osiris.host.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.host.sandbox.HostProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrphansTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant LONG_AGO = NOW.minus(Duration.ofHours(1));

  @Test
  void containerOfALivingHost_isNone() {
    Map<String, String> labels = Orphans.labels("s", HostProcess.current());
    assertThat(Orphans.isOrphan(labels, true, LONG_AGO, NOW)).isFalse();
  }

  @Test
  void containerOfADeadHost_isOne_evenWhenItRuns() {
    HostProcess self = HostProcess.current();
    // A pid that is in use again, by a process that began later.
    HostProcess dead =
        new HostProcess(self.machine(), self.pid(), self.started().minus(Duration.ofHours(1)));
    assertThat(Orphans.isOrphan(Orphans.labels("s", dead), true, NOW, NOW)).isTrue();
  }

  @Test
  void containerOfAnotherMachine_isOneOnly_whenItDoesNotRunForLong() {
    Map<String, String> labels =
        Orphans.labels("s", new HostProcess("elsewhere", 1, Instant.EPOCH));
    assertThat(Orphans.isOrphan(labels, true, LONG_AGO, NOW)).isFalse();
    assertThat(Orphans.isOrphan(labels, false, NOW, NOW)).isFalse();
    assertThat(Orphans.isOrphan(labels, false, LONG_AGO, NOW)).isTrue();
  }

  @Test
  void containerWithoutAHost_isOneOnly_whenItDoesNotRunForLong() {
    assertThat(Orphans.isOrphan(Map.of("osiris", "s"), true, LONG_AGO, NOW)).isFalse();
    assertThat(Orphans.isOrphan(Map.of("osiris", "s"), false, LONG_AGO, NOW)).isTrue();
  }
}
