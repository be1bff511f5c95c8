package dev.osiris.host.sandbox;

import dev.osiris.session.Command;
import dev.osiris.session.Grant;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What sessions have in common that differ in nothing but their id: the sandbox that each gets, and
 * how it is opened.
 *
 * @param sessionRoot folder of sessions on the host; made when it is not there
 * @param project folder of the host for relative paths
 * @param grants folders of the host, absolute, that steps may reach beside the session directory
 * @param drivers folder of driver jars on the host; {@code null} for none
 * @param env variables passed through
 * @param memory the sandbox's whole limit, JVM included
 * @param lease how long a worker outlives a silent host
 * @param disk cap of what a session may hold
 * @param startTimeout of the sandbox
 */
public record SessionTemplate(
    Path sessionRoot,
    Path project,
    List<Grant> grants,
    @Nullable Path drivers,
    Map<String, String> env,
    ByteSize memory,
    double cpus,
    Duration lease,
    ByteSize disk,
    Duration startTimeout) {

  /** Copies. */
  public SessionTemplate {
    grants = List.copyOf(grants);
    env = Map.copyOf(env);
  }

  /**
   * The sandbox of one of these sessions.
   *
   * @param sessionDir absolute; its name is the session's
   */
  public SandboxSpec sandbox(SessionId session, Path sessionDir) {
    Path root = sessionDir.getParent();
    return new SandboxSpec(
        session,
        root == null ? sessionDir : root,
        memory,
        cpus,
        grants,
        drivers,
        env,
        sessionDir.resolve("logs").resolve("worker.log"),
        sessionDir,
        startTimeout);
  }

  /** The same with another memory limit. */
  public SessionTemplate withMemory(ByteSize limit) {
    return new SessionTemplate(
        sessionRoot, project, grants, drivers, env, limit, cpus, lease, disk, startTimeout);
  }

  /**
   * The command that opens one of these sessions.
   *
   * @param access how the worker gets at the granted folders
   * @param ownDisk whether the worker's disk is not this host's, and may go with it
   */
  public Command.OpenSession open(SessionId session, GrantAccess access, boolean ownDisk) {
    return new Command.OpenSession(
        ProtocolVersions.SUPPORTED,
        session,
        project.toString(),
        access.told(grants),
        lease,
        disk,
        ownDisk);
  }
}
