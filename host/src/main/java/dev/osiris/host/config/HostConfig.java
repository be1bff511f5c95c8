package dev.osiris.host.config;

import dev.osiris.host.sandbox.docker.DockerSettings;
import dev.osiris.host.sandbox.remote.RemoteSettings;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one command, from flags, environment, {@code osiris.yaml} and defaults, in this
 * order. All paths are absolute.
 *
 * @param notes for people: what was read and has no effect
 */
public record HostConfig(
    Sandbox sandbox, Paths paths, Run run, Console console, List<String> notes) {

  /** Where sessions are kept, below the folder in which one works. */
  public static final String SESSION_ROOT = ".osiris_sessions";

  public HostConfig {
    notes = List.copyOf(notes);
  }

  /** Where workers live. */
  public enum SandboxKind {
    PROCESS,
    DOCKER,
    REMOTE
  }

  /** What becomes of published files that no later step reads. */
  public enum Retention {
    KEEP,
    EAGER
  }

  /** Where published files must be for their step to count as finished. */
  public enum Durability {
    SANDBOX,
    MIRROR
  }

  /**
   * The sandbox to start.
   *
   * @param cpus {@code null} for all
   * @param docker for the docker sandbox
   * @param env names of variables that are passed through
   * @param lease how long a worker outlives its host's silence
   * @param remote the worker to use; {@code null} unless one is named
   */
  public record Sandbox(
      SandboxKind kind,
      ByteSize memory,
      @Nullable Double cpus,
      DockerSettings docker,
      List<String> env,
      Duration lease,
      @Nullable RemoteSettings remote) {
    public Sandbox {
      env = List.copyOf(env);
    }

    public static final Sandbox DEFAULT =
        new Sandbox(
            SandboxKind.PROCESS,
            ByteSize.ofMiB(1024),
            null,
            DockerSettings.DEFAULT,
            List.of(),
            Duration.ofSeconds(30),
            null);
  }

  /**
   * Places on this machine.
   *
   * @param connections {@code null} for none
   * @param sessionRoot folder of the session directories; need not exist
   * @param drivers folder of driver jars; {@code null} for none
   */
  public record Paths(
      Project project,
      @Nullable Path connections,
      List<Path> allowRead,
      List<Path> allowWrite,
      Path sessionRoot,
      @Nullable Path drivers) {
    public Paths {
      allowRead = List.copyOf(allowRead);
      allowWrite = List.copyOf(allowWrite);
    }
  }

  /**
   * How a pipeline is run.
   *
   * @param timeout of the whole run; {@code null} for none
   * @param params values given by flag
   * @param projectParams values of {@code osiris.yaml}, for every pipeline of the project
   * @param profile {@code null} for none
   * @param jobs most pipelines at a time; {@code null} for as many as the machine has room for
   * @param durability {@code null} for what fits the sandbox
   * @param parallel most steps at a time; {@code null} for as many as the worker has room for
   * @param disk most bytes that the session may hold
   * @param retryMemory of the sandbox in which a step that ran out of memory is tried once more;
   *     {@code null} for no such attempt
   * @param fullRefresh whether steps that remember how far they have read begin anew
   */
  public record Run(
      @Nullable Duration timeout,
      Map<String, String> params,
      Map<String, YamlNode> projectParams,
      @Nullable String profile,
      @Nullable Integer jobs,
      @Nullable Integer parallel,
      Retention retention,
      @Nullable Durability durability,
      ByteSize disk,
      @Nullable ByteSize retryMemory,
      boolean fullRefresh) {
    public Run {
      params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
      projectParams = Collections.unmodifiableMap(new LinkedHashMap<>(projectParams));
    }
  }

  /** How much the command says. */
  public record Console(boolean quiet, boolean verbose) {}
}
