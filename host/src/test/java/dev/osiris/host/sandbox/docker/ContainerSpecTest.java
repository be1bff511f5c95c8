package dev.osiris.host.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.session.Grant;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerSpecTest {
  private static final ByteSize MEMORY = ByteSize.ofMiB(512);

  @Test
  void container_isHardenedAndLimited() {
    HostConfig config = spec(List.of()).hostConfig();
    assertThat(config.getMemory()).isEqualTo(MEMORY.bytes());
    // The two together: no swap.
    assertThat(config.getMemorySwap()).isEqualTo(MEMORY.bytes());
    assertThat(config.getNanoCPUs()).isEqualTo(1_500_000_000L);
    assertThat(config.getReadonlyRootfs()).isTrue();
    assertThat(config.getCapDrop()).containsExactly(Capability.ALL);
    assertThat(config.getSecurityOpts()).contains("no-new-privileges");
    assertThat(config.getPidsLimit()).isPositive();
    assertThat(config.getTmpFs()).isNull();
  }

  @Test
  void grants_areMountedUnderTheirOwnNames_readOnlyUnlessWritable() {
    ContainerSpec spec =
        spec(
            List.of(
                new Grant("/data/in", false),
                new Grant("/data/out", true),
                new Grant("/data/out", false)));
    assertThat(Arrays.stream(spec.hostConfig().getBinds()).map(Bind::toString))
        .containsExactlyInAnyOrder(
            "/drivers:/drivers:ro",
            "/data/in:/data/in:ro",
            "/data/out:/data/out:rw",
            "/sessions/s-1:/sessions/s-1:rw",
            "/tmp/osiris1:/run/osiris:rw");
  }

  @Test
  void projectBelowRootsHome_canBeReached() {
    assertThat(spec(List.of(new Grant("/root/project", true))).hostConfig().getTmpFs())
        .containsKey("/root");
  }

  @Test
  void commandAndEnvironment_holdNoToken() {
    ContainerSpec spec = spec(List.of());
    assertThat(spec.command())
        .containsSequence("--listen", "unix:/run/osiris/w.sock")
        .containsSequence("--token-file", "/run/osiris/token")
        .containsSequence("--memory", "" + MEMORY.bytes())
        .containsSequence("--cpus", "2")
        .containsSequence("--drivers", "/drivers");
    assertThat(spec.env())
        .contains("GIVEN=1", "LC_ALL=C.UTF-8", "OSIRIS_HEAP=" + spec.budget().heap().bytes());
    assertThat(spec.labels()).containsEntry("osiris", "s-1");
  }

  private static ContainerSpec spec(List<Grant> grants) {
    SandboxSpec sandbox =
        new SandboxSpec(
            new SessionId("s-1"),
            Path.of("/sessions"),
            MEMORY,
            1.5,
            grants,
            Path.of("/drivers"),
            Map.of("GIVEN", "1"),
            Path.of("/sessions/s-1/logs/worker.log"),
            Path.of("/sessions/s-1"),
            Duration.ofSeconds(1));
    return new ContainerSpec(
        sandbox,
        MemoryBudget.of(MEMORY, 2),
        new RunFolder(Path.of("/tmp/osiris1")),
        new ContainerUser(1000, 1000, false));
  }
}
