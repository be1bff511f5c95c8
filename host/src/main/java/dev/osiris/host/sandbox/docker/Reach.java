package dev.osiris.host.sandbox.docker;

import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.TlsSettings;
import dev.osiris.host.sandbox.WorkerAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The ways from this host to a worker in a container.
 *
 * @param folder this host's folder of the session; where the disk is shared the socket is in it
 * @param unixSockets whether this machine's transport has them
 */
record Reach(RunFolder folder, boolean unixSockets) {

  /**
   * Chooses the way to a worker that listens.
   *
   * @param log takes lines for people
   * @throws SandboxException when the way that was asked for does not lead there
   */
  WorkerAddress address(Container container, ContainerSpec spec, Consumer<String> log)
      throws SandboxException {
    return switch (spec.settings().transport()) {
      case PORT ->
          new WorkerAddress.Tls(
              "127.0.0.1",
              container.publishedPort(),
              TlsSettings.trusting(folder.path().resolve(Credentials.CERTIFICATE)));
      case BRIDGE -> bridge(container, spec, log);
      case SOCKET ->
          socket(spec)
              .orElseThrow(() ->
                  SandboxException.unsuitable(
                      "the worker's socket " + folder.socket() + " cannot be reached from here",
                      "Use --transport bridge, or a --session-root with a shorter path."));
      case AUTO -> socket(spec).orElseGet(() -> bridge(container, spec, log));
    };
  }

  private static WorkerAddress bridge(
      Container container, ContainerSpec spec, Consumer<String> log) {
    return new WorkerAddress.Streams(
        "exec bridge", container.bridge(spec.disk().places().socket(), log));
  }

  /** The socket, if a connection can be made: a file alone may be a virtual machine's. */
  private Optional<WorkerAddress> socket(ContainerSpec spec) {
    return unixSockets && spec.disk().shared()
        ? folder.dialable().filter(Reach::answers).map(WorkerAddress.Unix::new)
        : Optional.empty();
  }

  private static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
