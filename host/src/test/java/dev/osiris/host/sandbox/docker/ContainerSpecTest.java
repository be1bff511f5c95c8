package dev.osiris.host.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.FileOwner;
import dev.osiris.host.sandbox.HostProcess;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.docker.DockerSettings.Pull;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import dev.osiris.session.Grant;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerSpecTest {
  private static final ByteSize MEMORY = ByteSize.ofMiB(512);
  private static final MemoryBudget BUDGET = MemoryBudget.of(MEMORY, 2);
  private static final Credentials CREDENTIALS =
      new Credentials(Secret.of("0123456789abcdef"), null);

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
    assertThat(config.getTmpFs()).isEmpty();
    // Nobody else removes it when the host is killed.
    assertThat(config.getAutoRemove()).isTrue();
    assertThat(config.getPrivileged()).isNotEqualTo(true);
  }

  @Test
  void grants_areMountedUnderTheirOwnNames_readOnlyUnlessWritable() {
    ContainerSpec spec =
        spec(
            List.of(
                new Grant("/data/in", false),
                new Grant("/data/out", true),
                new Grant("/data/out", false)));
    assertThat(spec.hostConfig().getMounts())
        .extracting(Mount::getType, Mount::getSource, Mount::getTarget, Mount::getReadOnly)
        .containsExactlyInAnyOrder(
            tuple(MountType.BIND, "/drivers", "/drivers", true),
            tuple(MountType.BIND, "/data/in", "/data/in", true),
            tuple(MountType.BIND, "/data/out", "/data/out", false),
            tuple(MountType.BIND, "/sessions/s-1", "/sessions/s-1", false),
            tuple(MountType.BIND, "/sessions/s-1/run", "/run/osiris", false));
  }

  @Test
  void rootsContainer_isNobody_readsGrantsOnly_andHasTheSessionElsewhere() {
    SandboxSpec sandbox = sandbox(List.of(new Grant("/data/out", true)));
    FileOwner root = new FileOwner(0, 0);
    ContainerSpec spec =
        new ContainerSpec(
            sandbox,
            BUDGET,
            DockerSettings.DEFAULT,
            new MountedDisk(
                sandbox,
                new RunFolder(Path.of("/sessions/s-1/run")),
                ContainerUser.of(root),
                Path.of("/sessions/s-1/run/drivers"),
                root));
    assertThat(spec.hostConfig().getMounts())
        .extracting(Mount::getSource, Mount::getTarget, Mount::getReadOnly)
        .containsExactlyInAnyOrder(
            tuple("/data/out", "/data/out", true),
            tuple("/sessions/s-1", "/var/lib/osiris/sessions/s-1", false),
            tuple("/sessions/s-1/run", "/run/osiris", false));
    assertThat(spec.command())
        .containsSequence("--session-root", "/var/lib/osiris/sessions")
        .containsSequence("--spill-dir", "/var/lib/osiris/sessions/s-1/run")
        .containsSequence("--run-dir", "/var/lib/osiris/sessions/s-1/run")
        .containsSequence("--drivers", "/run/osiris/drivers");
    assertThat(spec.disk().user()).hasToString("65532:65532");
    assertThat(spec.disk().shared()).isTrue();
    assertThat(spec.disk().grantAccess().told(sandbox.grants()))
        .containsExactly(new Grant("/data/out", false), new Grant("/data/out", true, true));
  }

  @Test
  void volume_standsForAllFolders_whenNothingIsMounted() {
    SandboxSpec sandbox = sandbox(List.of(new Grant("/data/in", false)));
    ContainerSpec spec =
        new ContainerSpec(
            sandbox, BUDGET, DockerSettings.DEFAULT, new VolumeDisk(sandbox, CREDENTIALS));
    assertThat(spec.hostConfig().getMounts())
        .extracting(Mount::getType, Mount::getSource, Mount::getTarget)
        .containsExactly(tuple(MountType.VOLUME, null, "/var/lib/osiris"));
    assertThat(spec.command())
        .containsSequence("--session-root", "/var/lib/osiris/sessions")
        .containsSequence("--spill-dir", "/var/lib/osiris/spill")
        .containsSequence("--drivers", "/var/lib/osiris/drivers")
        .noneMatch(argument -> argument.startsWith("/sessions"));
    assertThat(spec.disk().user()).hasToString("65532:65532");
    assertThat(spec.disk().shared()).isFalse();
  }

  @Test
  void network_isTheEngines_unlessOneIsNamed() {
    assertThat(spec(List.of()).hostConfig().getNetworkMode()).isNull();
    assertThat(spec(List.of(), settings("none", Transport.AUTO)).hostConfig().getNetworkMode())
        .isEqualTo("none");
  }

  @Test
  void port_isPublishedOnTheLoopbackAlone_withTls() {
    ContainerSpec spec = spec(List.of(), settings(null, Transport.PORT));
    assertThat(spec.hostConfig().getPortBindings().getBindings())
        .containsOnlyKeys(ContainerSpec.PORT)
        .allSatisfy((port, bindings) ->
            assertThat(bindings)
                .singleElement()
                .satisfies(binding -> assertThat(binding.getHostIp()).isEqualTo("127.0.0.1")));
    assertThat(spec.command())
        .containsSequence("--listen", "tcp:0.0.0.0:7233")
        .containsSequence("--tls-cert", "/run/osiris/tls.crt")
        .containsSequence("--tls-key", "/run/osiris/tls.key");
  }

  @Test
  void imagesOwnHealthCheck_isOff() {
    assertThat(spec(List.of()).healthCheck().getTest()).containsExactly("NONE");
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
    assertThat(spec.labels(new HostProcess("here", 17, Instant.EPOCH)))
        .containsEntry("osiris", "s-1")
        .containsEntry("osiris.host.machine", "here")
        .containsEntry("osiris.host.pid", "17");
  }

  private static ContainerSpec spec(List<Grant> grants) {
    return spec(grants, DockerSettings.DEFAULT);
  }

  private static ContainerSpec spec(List<Grant> grants, DockerSettings settings) {
    SandboxSpec sandbox = sandbox(grants);
    return new ContainerSpec(
        sandbox,
        BUDGET,
        settings,
        new MountedDisk(
            sandbox,
            new RunFolder(Path.of("/sessions/s-1/run")),
            new ContainerUser(1000, 1000),
            sandbox.drivers(),
            null));
  }

  private static DockerSettings settings(String network, Transport transport) {
    return new DockerSettings("image", network, Pull.NEVER, true, transport);
  }

  private static SandboxSpec sandbox(List<Grant> grants) {
    return new SandboxSpec(
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
  }
}
