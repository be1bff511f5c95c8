package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.WorkerLog;
import dev.osiris.unit.Secret;
import dev.osiris.wire.BearerToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Starts workers in hardened containers: no root, no capabilities, a read-only file system, limits
 * that the kernel holds. Session directory and granted folders are mounted under their own names.
 *
 * <p>Containers that are left when this JVM ends in order are removed; after a kill of the host the
 * worker's lease ends them.
 */
public final class DockerSandboxProvider implements SandboxProvider {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final DockerSettings settings;
  private final Set<Sandbox> running = ConcurrentHashMap.newKeySet();

  /** Prepares; Docker is asked for nothing before the first start. */
  public DockerSandboxProvider(DockerSettings settings) {
    this.settings = settings;
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> running.forEach(Sandbox::close), "containers"));
  }

  @Override
  public String kind() {
    return "docker";
  }

  /**
   * The engine's version, for {@code doctor}.
   *
   * @throws SandboxException when no engine answers
   */
  public static String engineVersion() throws SandboxException {
    try (DockerClient docker = connect()) {
      return String.valueOf(docker.versionCmd().exec().getVersion());
    } catch (RuntimeException | IOException e) {
      throw noEngine(e);
    }
  }

  /**
   * Whether an image is there, for {@code doctor}.
   *
   * @throws SandboxException when no engine answers
   */
  public static boolean hasImage(String image) throws SandboxException {
    try (DockerClient docker = connect()) {
      docker.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    } catch (RuntimeException | IOException e) {
      throw noEngine(e);
    }
  }

  @Override
  public Sandbox start(SandboxSpec spec) throws SandboxException, InterruptedException {
    MemoryBudget budget;
    try {
      budget = MemoryBudget.of(spec.memory(), spec.processors());
    } catch (IllegalArgumentException e) {
      throw SandboxException.unsuitable(
          "the sandbox is too small: " + e.getMessage(), "Set --memory higher.");
    }
    DockerClient docker = connect();
    RunFolder folder = null;
    WorkerLog log = null;
    boolean handedOver = false;
    try {
      docker.pingCmd().exec();
      Leftovers.remove(docker, Instant.now());
      Secret token = BearerToken.create(RANDOM);
      folder = RunFolder.create();
      log = WorkerLog.open(spec.log());
      ContainerUser user = prepare(folder, token, spec);
      ContainerSpec container = new ContainerSpec(spec, budget, folder, user);
      String id = create(docker, container);
      DockerSandbox sandbox = new DockerSandbox(docker, id, container, log, token, running::remove);
      handedOver = true;
      running.add(sandbox);
      sandbox.awaitReady(spec.startTimeout());
      return sandbox;
    } catch (NotFoundException e) {
      throw SandboxException.cannotStart(
          "there is no image '" + settings.image() + "'",
          "Build it with scripts/image, or name another with --image.",
          e);
    } catch (DockerException e) {
      throw SandboxException.cannotStart(
          "Docker refused: " + firstLine(e.getMessage()), "See 'osiris doctor'.", e);
    } catch (IOException e) {
      throw SandboxException.cannotStart(
          "the container cannot be prepared: " + e.getMessage(),
          "Check that the session directory and the temporary folder are writable.",
          e);
    } catch (RuntimeException e) {
      // The HTTP client's own, such as a socket that nobody listens on.
      throw noEngine(e);
    } finally {
      if (!handedOver) {
        release(docker, folder, log);
      }
    }
  }

  /** Socket and token go through a folder that only this user and the container's may enter. */
  private static ContainerUser prepare(RunFolder folder, Secret token, SandboxSpec spec)
      throws IOException {
    Path file =
        Files.createFile(
            folder.path().resolve(ContainerSpec.TOKEN_FILE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, token.reveal() + "\n");
    Files.createDirectory(folder.path().resolve(ContainerSpec.TEMPORARY));
    ContainerUser user = ContainerUser.of(file, spec.grants());
    user.take(folder.path());
    user.take(spec.sessionDir());
    return user;
  }

  private String create(DockerClient docker, ContainerSpec spec) {
    try (CreateContainerCmd create = docker.createContainerCmd(settings.image())) {
      return create
          .withCmd(spec.command())
          .withEnv(spec.env())
          .withLabels(spec.labels())
          .withUser(spec.user().toString())
          .withHostConfig(spec.hostConfig())
          .exec()
          .getId();
    }
  }

  private static DockerClient connect() {
    DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .connectionTimeout(CONNECT)
            .build());
  }

  private static SandboxException noEngine(Exception cause) {
    return SandboxException.cannotStart(
        "no Docker engine answers: " + firstLine(String.valueOf(cause.getMessage())),
        "Start Docker (on Debian: scripts/setup-docker), set DOCKER_HOST, or use --sandbox process.",
        cause);
  }

  private static void release(
      DockerClient docker, @Nullable RunFolder folder, @Nullable WorkerLog log) {
    try {
      if (folder != null) {
        folder.close();
      }
      if (log != null) {
        log.close();
      }
      docker.close();
    } catch (IOException e) {
      // The failure that led here is the one to tell.
      System.getLogger(DockerSandboxProvider.class.getName())
          .log(System.Logger.Level.DEBUG, "closing: {0}", e.toString());
    }
  }

  private static String firstLine(@Nullable String text) {
    return text == null ? "" : text.strip().lines().findFirst().orElse("");
  }
}
