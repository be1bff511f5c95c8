package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.osiris.unit.ByteSize;
import java.util.List;

/** What no worker's container may do, whoever starts it. */
public final class Confinement {
  private static final long PIDS = 512;

  private Confinement() {}

  /** Bounds memory and processes, takes every capability and the right to write to the image. */
  public static HostConfig confine(HostConfig config, ByteSize memory) {
    return config
        .withMemory(memory.bytes())
        // The same number: memory and swap together, so none of it is swap.
        .withMemorySwap(memory.bytes())
        .withPidsLimit(PIDS)
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges"));
  }
}
