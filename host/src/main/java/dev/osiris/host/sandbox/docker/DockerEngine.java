package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.osiris.host.sandbox.SandboxException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Docker engine that {@code DOCKER_HOST} names, else this machine's. */
public final class DockerEngine {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final DockerClientConfig config;

  /** Prepares; asks for nothing. */
  public DockerEngine(Map<String, String> variables) {
    DefaultDockerClientConfig.Builder builder =
        DefaultDockerClientConfig.createDefaultConfigBuilder();
    String host = variables.get("DOCKER_HOST");
    this.config = (host == null ? builder : builder.withDockerHost(host)).build();
  }

  /**
   * The engine's version, for {@code doctor}.
   *
   * @throws SandboxException when no engine answers
   */
  public String version() throws SandboxException {
    try (DockerClient docker = client()) {
      return String.valueOf(docker.versionCmd().exec().getVersion());
    } catch (RuntimeException | IOException e) {
      throw silent(e);
    }
  }

  /**
   * Whether an image is there, for {@code doctor}.
   *
   * @throws SandboxException when no engine answers
   */
  public boolean hasImage(String image) throws SandboxException {
    try (DockerClient docker = client()) {
      docker.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    } catch (RuntimeException | IOException e) {
      throw silent(e);
    }
  }

  /**
   * Removes what killed hosts left, for {@code doctor}.
   *
   * @return how many containers
   * @throws SandboxException when no engine answers
   */
  public int removeOrphans() throws SandboxException {
    try (DockerClient docker = client()) {
      return Orphans.remove(docker);
    } catch (RuntimeException | IOException e) {
      throw silent(e);
    }
  }

  DockerClient client() {
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .connectionTimeout(CONNECT)
            .build());
  }

  /** A connection for one request whose answer is a stream both ways. */
  EngineSocket dial() throws IOException {
    return EngineSocket.dial(config);
  }

  /**
   * Whether the engine may see the same files: it is spoken to through a socket of this machine.
   */
  boolean mayShareFiles() {
    return "unix".equals(host().getScheme());
  }

  /** Whether what it publishes on its loopback is on this machine's. */
  boolean sharesLoopback() {
    try {
      return mayShareFiles() || InetAddress.getByName(host().getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  SandboxException silent(Exception cause) {
    return SandboxException.cannotStart(
        "no Docker engine answers at " + host() + ": " + firstLine(cause.getMessage()),
        "Start Docker (on Debian: scripts/setup-docker), set DOCKER_HOST, or use --sandbox process.",
        cause);
  }

  /**
   * Whether a request ended because its thread was interrupted: the client has no type for that.
   */
  static boolean wasInterrupted(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException
          || cause instanceof ClosedByInterruptException
          || cause instanceof InterruptedIOException
              && !(cause instanceof SocketTimeoutException)) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  static String firstLine(@Nullable String text) {
    return text == null ? "" : text.strip().lines().findFirst().orElse("");
  }

  private URI host() {
    return config.getDockerHost();
  }
}
