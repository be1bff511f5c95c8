package dev.osiris.host.sandbox;

import dev.osiris.session.Grant;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox is asked to be.
 *
 * @param sessionRoot absolute folder on the host that holds the session's directory
 * @param memory the sandbox's whole limit, JVM included
 * @param cpus processors; may be a fraction where the sandbox can enforce one
 * @param grants folders of the host, absolute, that steps may reach beside the session directory
 * @param drivers folder of driver jars on the host; {@code null} for none
 * @param env variables that the user passes through by name; nothing else of the host's environment
 *     gets in
 * @param log file for what the worker prints
 * @param spill folder on a disk for DuckDB's temporary files
 * @param rehearse whether the worker goes through a session of its own before it says where it
 *     listens: it starts later, and the first real step finds everything loaded
 * @param startTimeout after which a worker that has not said where it listens is given up
 */
public record SandboxSpec(
    SessionId session,
    Path sessionRoot,
    ByteSize memory,
    double cpus,
    List<Grant> grants,
    @Nullable Path drivers,
    Map<String, String> env,
    Path log,
    Path spill,
    boolean rehearse,
    Duration startTimeout) {

  /** Copies, and checks that the root is absolute and there is a processor. */
  public SandboxSpec {
    if (!sessionRoot.isAbsolute()) {
      throw new IllegalArgumentException("the session root must be absolute: " + sessionRoot);
    }
    if (!(cpus > 0)) {
      throw new IllegalArgumentException("a sandbox needs more than 0 processors, not " + cpus);
    }
    grants = List.copyOf(grants);
    env = Map.copyOf(env);
  }

  /** A sandbox whose worker does not rehearse. */
  public SandboxSpec(
      SessionId session,
      Path sessionRoot,
      ByteSize memory,
      double cpus,
      List<Grant> grants,
      @Nullable Path drivers,
      Map<String, String> env,
      Path log,
      Path spill,
      Duration startTimeout) {
    this(session, sessionRoot, memory, cpus, grants, drivers, env, log, spill, false, startTimeout);
  }

  /** The same with a worker that rehearses. */
  public SandboxSpec rehearsing() {
    return new SandboxSpec(
        session, sessionRoot, memory, cpus, grants, drivers, env, log, spill, true, startTimeout);
  }

  public Path sessionDir() {
    return sessionRoot.resolve(session.value());
  }

  /** Whole processors that a program inside sees. */
  public int processors() {
    return Math.max(1, (int) Math.ceil(cpus));
  }
}
