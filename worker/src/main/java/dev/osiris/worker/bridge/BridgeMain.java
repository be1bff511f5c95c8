package dev.osiris.worker.bridge;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Carries the bytes of one connection between two descriptors and the worker's socket, and ends
 * with it. A JVM of its own beside the worker, so it uses nothing but the JDK.
 *
 * <p>Arguments: the socket, and the paths of the descriptors. They are not the standard streams,
 * which whoever starts this has pointed elsewhere: a line that anything prints would break the
 * conversation.
 */
public final class BridgeMain {
  private BridgeMain() {}

  public static void main(String[] args) {
    if (args.length != 3) {
      System.err.println("usage: BridgeMain SOCKET INPUT OUTPUT");
      System.exit(2);
    }
    try (SocketChannel worker = SocketChannel.open(StandardProtocolFamily.UNIX);
        FileChannel in = FileChannel.open(Path.of(args[1]), StandardOpenOption.READ);
        FileChannel out = FileChannel.open(Path.of(args[2]), StandardOpenOption.WRITE)) {
      worker.connect(UnixDomainSocketAddress.of(args[0]));
      new Bridge(worker).carry(in, out);
    } catch (IOException e) {
      System.err.println("bridge: " + args[0] + ": " + e.getMessage());
      System.exit(1);
    }
    // The other direction may still wait for input that nobody is there to answer.
    System.exit(0);
  }
}
