package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import dev.osiris.host.sandbox.ByteStream;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Starts the worker's bridge in its container, once a connection.
 *
 * @param socket the worker's, inside
 * @param log takes what the bridge says to people
 */
record ExecBridge(
    DockerEngine engine, DockerClient docker, String container, String socket, Consumer<String> log)
    implements ByteStream.Opener {
  private static final String PROGRAM = "/opt/osiris/bin/worker-bridge";

  @Override
  public ByteStream open() throws IOException {
    try {
      String exec =
          docker
              .execCreateCmd(container)
              .withAttachStdin(true)
              .withAttachStdout(true)
              .withAttachStderr(true)
              .withCmd(PROGRAM, socket)
              .exec()
              .getId();
      return ExecStream.start(engine.dial(), exec, line -> log.accept("bridge: " + line));
    } catch (DockerException e) {
      throw new IOException("Docker refused to start " + PROGRAM + ": " + e.getMessage(), e);
    }
  }
}
