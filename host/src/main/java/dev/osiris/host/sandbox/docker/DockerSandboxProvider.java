package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.EphemeralCertificate;
import dev.osiris.host.sandbox.HostProcess;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxParts;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.WorkerLog;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import dev.osiris.unit.Secret;
import dev.osiris.wire.BearerToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Starts workers in hardened containers: no root, no capabilities, a read-only file system, limits
 * that the kernel holds. Session directory and granted folders are mounted under their own names
 * where the engine sees this machine's files; elsewhere the session is on a volume inside.
 *
 * <p>Containers that are left when this JVM ends in order are removed; after a kill of the host the
 * worker's lease ends them, and the engine removes what has ended.
 */
public final class DockerSandboxProvider implements SandboxProvider {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1");

  private final DockerEngine engine;
  private final DockerSettings settings;
  private final boolean unixSockets;
  private final HostProcess host = HostProcess.current();
  private final Set<Sandbox> running = ConcurrentHashMap.newKeySet();

  /**
   * Prepares; Docker is asked for nothing before the first start.
   *
   * @param unixSockets whether this machine's transport has them
   */
  public DockerSandboxProvider(DockerEngine engine, DockerSettings settings, boolean unixSockets) {
    this.engine = engine;
    this.settings = settings;
    this.unixSockets = unixSockets;
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> running.forEach(Sandbox::close), "containers"));
  }

  @Override
  public String kind() {
    return "docker";
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
    requirePossible();
    SandboxParts parts = new SandboxParts();
    try {
      DockerClient docker = parts.own(engine.client());
      docker.pingCmd().exec();
      Orphans.remove(docker);
      WorkerLog log = parts.own(WorkerLog.open(spec.log()));
      Images.require(docker, settings.image(), settings.pull(), log::line);
      RunFolder folder = parts.own(RunFolder.in(spec.sessionDir()));
      Secret token = BearerToken.create(RANDOM);
      Credentials credentials =
          new Credentials(
              token,
              settings.transport() == Transport.PORT
                  ? EphemeralCertificate.create(RANDOM, Instant.now(), LOOPBACK)
                  : null);
      List<String> notes = new ArrayList<>();
      Created created = create(docker, spec, budget, folder, credentials, parts, notes);
      DockerSandbox sandbox =
          new DockerSandbox(
              created.container(), created.spec(), log, token, notes, parts, running::remove);
      parts.handOver();
      running.add(sandbox);
      sandbox.awaitReady(spec.startTimeout(), new Reach(folder, unixSockets));
      return sandbox;
    } catch (NotFoundException e) {
      throw SandboxException.cannotStart(
          "Docker does not find what the container needs: "
              + DockerEngine.firstLine(e.getMessage()),
          "See 'osiris doctor', and 'docker network ls' for the names of --network.",
          e);
    } catch (DockerException e) {
      throw SandboxException.cannotStart(
          "Docker refused: " + DockerEngine.firstLine(e.getMessage()), "See 'osiris doctor'.", e);
    } catch (IOException e) {
      throw SandboxException.cannotStart(
          "the container cannot be prepared: " + e.getMessage(),
          "Check that the session directory is writable, and where this host is root, that it may be"
              + " given to another user.",
          e);
    } catch (RuntimeException e) {
      if (DockerEngine.wasInterrupted(e)) {
        throw interrupted(e);
      }
      // The HTTP client's own, such as a socket that nobody listens on.
      throw engine.silent(e);
    } finally {
      parts.closeUnlessHandedOver();
    }
  }

  private static InterruptedException interrupted(RuntimeException cause) {
    InterruptedException interrupted = new InterruptedException("a request to Docker was given up");
    interrupted.initCause(cause);
    return interrupted;
  }

  private void requirePossible() throws SandboxException {
    if (settings.transport() == Transport.PORT && "none".equals(settings.network())) {
      throw SandboxException.unsuitable(
          "a container with --network none has no port", "Use --transport bridge.");
    }
    if (settings.transport() == Transport.PORT && !engine.sharesLoopback()) {
      throw SandboxException.unsuitable(
          "the loopback port of a container on another machine cannot be reached",
          "Use --transport bridge.");
    }
    if (settings.transport() == Transport.SOCKET && !mountsAreWanted()) {
      throw SandboxException.unsuitable(
          "--transport socket needs a mounted folder, and there is none with --no-mount or an"
              + " engine that is not on this machine",
          "Use --transport bridge.");
    }
  }

  private boolean mountsAreWanted() {
    return settings.mount() && engine.mayShareFiles();
  }

  /** A container and what it is. */
  private record Created(Container container, ContainerSpec spec) {}

  private Created create(
      DockerClient docker,
      SandboxSpec sandbox,
      MemoryBudget budget,
      RunFolder folder,
      Credentials credentials,
      SandboxParts parts,
      List<String> notes)
      throws IOException, SandboxException {
    if (mountsAreWanted()) {
      MountedDisk disk = parts.own(MountedDisk.create(sandbox, folder, credentials));
      try {
        return create(docker, new ContainerSpec(sandbox, budget, settings, disk));
      } catch (DockerException e) {
        if (!seesOtherFiles(e, disk)) {
          throw e;
        }
        notes.add(
            "the Docker engine does not see this machine's folders, so the session is on a volume");
      }
      if (settings.transport() == Transport.SOCKET) {
        throw SandboxException.unsuitable(
            "the Docker engine does not see this machine's folders", "Use --transport bridge.");
      }
    }
    EphemeralCertificate tls = credentials.tls();
    Path trusted = folder.path().resolve(Credentials.CERTIFICATE);
    if (tls != null && !Files.exists(trusted)) {
      Files.writeString(trusted, tls.certificate());
    }
    return create(
        docker, new ContainerSpec(sandbox, budget, settings, new VolumeDisk(sandbox, credentials)));
  }

  private Created create(DockerClient docker, ContainerSpec spec) throws IOException {
    try (CreateContainerCmd create = docker.createContainerCmd(settings.image())) {
      create
          .withCmd(spec.command())
          .withEnv(spec.env())
          .withLabels(spec.labels(host))
          .withUser(spec.disk().user().toString())
          .withHealthcheck(spec.healthCheck())
          .withHostConfig(spec.hostConfig());
      if (spec.atPort()) {
        create.withExposedPorts(ContainerSpec.PORT);
      }
      String id = answer(create);
      boolean filled = false;
      try {
        spec.disk().fill(docker, id);
        filled = true;
      } finally {
        if (!filled) {
          boolean interrupted = Thread.interrupted(); // Else removing it is given up as well.
          docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
        }
      }
      return new Created(new Container(engine, docker, id), spec);
    }
  }

  /**
   * Waits for the answer, interrupted or not: the engine makes the container all the same, and only
   * the answer says which one is to be removed again.
   */
  private static String answer(CreateContainerCmd create) {
    try {
      return CompletableFuture.supplyAsync(create::exec, task -> Thread.ofVirtual().start(task))
          .join()
          .getId();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw e;
    }
  }

  /** All folders are here, and the engine says that one is not. */
  private static boolean seesOtherFiles(DockerException refusal, ContainerDisk disk) {
    String message = String.valueOf(refusal.getMessage());
    return (message.contains("bind source path does not exist") || message.contains("ounts denied"))
        && disk.mounts().stream()
            .allMatch(mount -> Files.exists(Path.of(Objects.requireNonNull(mount.getSource()))));
  }
}
