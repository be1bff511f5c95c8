package dev.osiris.host.session;

import dev.osiris.host.sandbox.WorkerAddress;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gRPC channel to one worker; plaintext only over a Unix socket or loopback. */
public final class WorkerConnection implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final int MAX_METADATA_BYTES = 8 << 10;
  // The worker permits pings from 10 s on.
  private static final long KEEPALIVE_SECONDS = 20;

  private final ManagedChannel channel;
  private final @Nullable EventLoopGroup ownLoop;

  private WorkerConnection(ManagedChannel channel, @Nullable EventLoopGroup ownLoop) {
    this.channel = channel;
    this.ownLoop = ownLoop;
  }

  /** Whether Unix sockets can be dialled from this machine. */
  public static boolean unixSocketsWork() {
    return Epoll.isAvailable();
  }

  /**
   * Prepares a channel; it connects with the first call.
   *
   * @throws IllegalArgumentException when a token would travel unencrypted to another machine, or a
   *     TLS file cannot be used
   */
  public static WorkerConnection to(WorkerAddress address) {
    return switch (address) {
      case WorkerAddress.Unix unix -> {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        NettyChannelBuilder builder =
            NettyChannelBuilder.forAddress(new DomainSocketAddress(unix.socket().toString()))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class)
                // The socket's path is no host name.
                .overrideAuthority("localhost");
        yield new WorkerConnection(configured(builder.usePlaintext()), loop);
      }
      case WorkerAddress.Tcp tcp -> {
        requireLoopback(tcp);
        yield new WorkerConnection(
            configured(NettyChannelBuilder.forAddress(tcp.host(), tcp.port()).usePlaintext()),
            null);
      }
      case WorkerAddress.Tls tls -> {
        NettyChannelBuilder builder =
            NettyChannelBuilder.forAddress(tls.host(), tls.port())
                .sslContext(ClientTls.context(tls.settings()));
        if (tls.settings().serverName() != null) {
          builder.overrideAuthority(tls.settings().serverName());
        }
        yield new WorkerConnection(configured(builder), null);
      }
    };
  }

  ManagedChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    if (ownLoop != null) {
      var unused = ownLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static ManagedChannel configured(NettyChannelBuilder builder) {
    return builder
        // Callbacks only put signals into queues.
        .directExecutor()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .maxInboundMetadataSize(MAX_METADATA_BYTES)
        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .disableRetry()
        .build();
  }

  private static void requireLoopback(WorkerAddress.Tcp tcp) {
    try {
      if (InetAddress.getByName(tcp.host()).isLoopbackAddress()) {
        return;
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("there is no host " + tcp.host(), e);
    }
    throw new IllegalArgumentException(tcp + " is another machine, and needs TLS");
  }
}
