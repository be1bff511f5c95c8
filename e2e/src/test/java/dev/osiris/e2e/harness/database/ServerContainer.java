package dev.osiris.e2e.harness.database;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * The container of a database server. The server in it can be killed and started again while the
 * container, and with it both addresses and all data, stays; see {@code supervise.sh}.
 */
final class ServerContainer extends GenericContainer<ServerContainer> {

  private static final long SHARED_MEMORY_BYTES = 256L << 20;
  private static final int READABLE_BY_OWNER = 0100600;

  private final int serverPort;
  private ServerTls tls;

  /**
   * @param owner user of the image who runs the server
   * @param arguments of the server
   */
  ServerContainer(
      String image,
      int serverPort,
      String owner,
      Map<String, String> environment,
      List<String> arguments) {
    super(DockerImageName.parse(image));
    this.serverPort = serverPort;
    withExposedPorts(serverPort);
    withEnv("OWNER", owner);
    withEnv(environment);
    withSharedMemorySize(SHARED_MEMORY_BYTES);
    withCommand(arguments.toArray(String[]::new));
    withCreateContainerCmdModifier(
        create -> create.withEntrypoint("sh", "-c", script("supervise.sh"), "supervise"));
    // Whether the server answers is asked by who knows its protocol.
    waitingFor(new NoWait());
  }

  ServerAddress address() {
    return new ServerAddress(getHost(), getMappedPort(serverPort));
  }

  /** For other containers of Docker's default network. */
  ServerAddress innerAddress() {
    return new ServerAddress(networkAddress(getContainerInfo()), serverPort);
  }

  ServerTls tls() {
    return tls;
  }

  /** Starts the server, which must not run. */
  void startServer() {
    run("sh", "-c", "echo >/start");
  }

  void killServer() {
    run("sh", "-c", script("kill.sh"));
  }

  void pause() {
    dockerClient.pauseContainerCmd(getContainerId()).exec();
  }

  void unpause() {
    dockerClient.unpauseContainerCmd(getContainerId()).exec();
  }

  /** Runs a program in the container. */
  void run(String... line) {
    try {
      ExecResult result = execInContainer(line);
      if (result.getExitCode() != 0) {
        throw new AssertionError(
            "exit code %d of %s: %s"
                .formatted(result.getExitCode(), line[0], result.getStderr().strip()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Here and not before: only now has the container the address that the certificate names. */
  @Override
  protected void containerIsStarting(InspectContainerResponse info) {
    tls =
        ServerTls.create(
            Stream.of(getHost(), "localhost", "127.0.0.1", networkAddress(info))
                .distinct()
                .toList());
    tls.files()
        .forEach(
            (path, bytes) -> copyFileToContainer(Transferable.of(bytes, READABLE_BY_OWNER), path));
    startServer();
  }

  private static String networkAddress(InspectContainerResponse info) {
    return info.getNetworkSettings().getNetworks().values().iterator().next().getIpAddress();
  }

  private static String script(String name) {
    try (InputStream in = ServerContainer.class.getResourceAsStream("/database/" + name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }
}
