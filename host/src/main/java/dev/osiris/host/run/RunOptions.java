package dev.osiris.host.run;

import dev.osiris.host.sandbox.SessionTemplate;
import dev.osiris.session.Grant;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a plan is run.
 *
 * @param sessionRoot folder of sessions on the host; made when it is not there
 * @param project folder of the host for relative paths
 * @param grants folders of the host, absolute
 * @param drivers folder of driver jars on the host; {@code null} for none
 * @param env variables passed through
 * @param parallel most steps sent to the worker at a time
 * @param timeout of the whole run; {@code null} for none
 * @param durability {@code null} for what fits the sandbox: the worker's disk is enough where the
 *     host shares it
 * @param disk cap of what the session may hold
 * @param retryMemory of the worker in which a step that ran out of memory is tried once more;
 *     {@code null} for no such attempt
 * @param startTimeout of the sandbox
 * @param fullRefresh whether steps that remember how far they have read begin anew
 */
public record RunOptions(
    SessionId session,
    Path sessionRoot,
    Path project,
    List<Grant> grants,
    @Nullable Path drivers,
    Map<String, String> env,
    ByteSize memory,
    double cpus,
    int parallel,
    @Nullable Duration timeout,
    Retention retention,
    @Nullable Durability durability,
    Duration lease,
    ByteSize disk,
    @Nullable ByteSize retryMemory,
    Duration startTimeout,
    boolean fullRefresh) {

  /** What becomes of outputs that no later step needs. */
  public enum Retention {
    KEEP,
    /** Deleted when the last step that reads them has succeeded. */
    EAGER
  }

  /** Where published files must be for their step to count as finished. */
  public enum Durability {
    /** On the worker's disk. */
    SANDBOX,
    /** In the host's session directory. */
    MIRROR
  }

  /** Copies, and checks that there is room for a step. */
  public RunOptions {
    if (parallel < 1) {
      throw new IllegalArgumentException("at least one step must run at a time, not " + parallel);
    }
    grants = List.copyOf(grants);
    env = Map.copyOf(env);
  }

  /** Options of a run whose steps go on from where they have been. */
  public RunOptions(
      SessionId session,
      Path sessionRoot,
      Path project,
      List<Grant> grants,
      @Nullable Path drivers,
      Map<String, String> env,
      ByteSize memory,
      double cpus,
      int parallel,
      @Nullable Duration timeout,
      Retention retention,
      @Nullable Durability durability,
      Duration lease,
      ByteSize disk,
      @Nullable ByteSize retryMemory,
      Duration startTimeout) {
    this(
        session,
        sessionRoot,
        project,
        grants,
        drivers,
        env,
        memory,
        cpus,
        parallel,
        timeout,
        retention,
        durability,
        lease,
        disk,
        retryMemory,
        startTimeout,
        false);
  }

  /** What this has in common with other runs whose sandboxes are alike. */
  public SessionTemplate template() {
    return new SessionTemplate(
        sessionRoot, project, grants, drivers, env, memory, cpus, lease, disk, startTimeout);
  }

  /** Whether published files are to be on this host's disk, given whether the worker's is. */
  boolean mirrors(boolean sharedDisk) {
    return durability == null ? !sharedDisk : durability == Durability.MIRROR;
  }

  /** The same in another session. */
  RunOptions withSession(SessionId other) {
    return new RunOptions(
        other,
        sessionRoot,
        project,
        grants,
        drivers,
        env,
        memory,
        cpus,
        parallel,
        timeout,
        retention,
        durability,
        lease,
        disk,
        retryMemory,
        startTimeout,
        fullRefresh);
  }
}
