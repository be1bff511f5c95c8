package dev.osiris.host.session;

import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.session.relay.StreamListener;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.local.LocalChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A gRPC channel to one worker; plaintext only over a Unix socket, loopback, or streams that others
 * protect.
 */
public final class WorkerConnection implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final int MAX_METADATA_BYTES = 8 << 10;
  // The worker permits pings from 10 s on.
  private static final long KEEPALIVE_SECONDS = 20;

  // The library warns, with stack traces, of what comes as a status too. Loggers are held weakly.
  private static final Logger LIBRARY = Logger.getLogger("io.grpc");

  static {
    LIBRARY.setLevel(Level.SEVERE);
  }

  private final ManagedChannel channel;
  private final Runnable afterwards;

  private WorkerConnection(ManagedChannel channel, Runnable afterwards) {
    this.channel = channel;
    this.afterwards = afterwards;
  }

  /** Whether Unix sockets can be dialled from this machine. */
  public static boolean unixSocketsWork() {
    return Epoll.isAvailable();
  }

  /**
   * Loads in the background what the first connection of this process needs, native code too: a
   * worker takes as long to start, and the other one would begin when that has ended.
   */
  public static void loadAhead() {
    Thread.ofPlatform().daemon().name("grpc-load").start(WorkerConnection::callNobody);
  }

  private static void callNobody() {
    if (!unixSocketsWork()) {
      return;
    }
    Path nobody = Path.of(System.getProperty("java.io.tmpdir"), "osiris-" + UUID.randomUUID());
    try (WorkerConnection connection = to(new WorkerAddress.Unix(nobody))) {
      connection.serving(Duration.ofSeconds(1)).exceptionally(refused -> false).join();
    }
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
        yield new WorkerConnection(
            configured(builder.usePlaintext()),
            () -> {
              var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            });
      }
      case WorkerAddress.Tcp tcp -> {
        requireLoopback(tcp);
        yield new WorkerConnection(
            configured(NettyChannelBuilder.forAddress(tcp.host(), tcp.port()).usePlaintext()),
            () -> {});
      }
      case WorkerAddress.Tls tls -> {
        NettyChannelBuilder builder =
            NettyChannelBuilder.forAddress(tls.host(), tls.port())
                .sslContext(ClientTls.context(tls.settings()));
        if (tls.settings().serverName() != null) {
          builder.overrideAuthority(tls.settings().serverName());
        }
        yield new WorkerConnection(configured(builder), () -> {});
      }
      case WorkerAddress.Streams streams -> {
        StreamListener listener = StreamListener.start(streams.opener());
        NettyChannelBuilder builder =
            NettyChannelBuilder.forAddress(listener.address())
                .eventLoopGroup(listener.loop())
                .channelType(LocalChannel.class)
                // Nor is an address inside this JVM.
                .overrideAuthority("localhost");
        yield new WorkerConnection(configured(builder.usePlaintext()), listener::close);
      }
    };
  }

  ManagedChannel channel() {
    return channel;
  }

  /**
   * Asks the worker whether it takes sessions; needs no token. Completes with a {@link
   * StatusRuntimeException} when no answer comes in time or there is no connection.
   */
  public CompletableFuture<Boolean> serving(Duration within) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    HealthGrpc.newStub(channel)
        .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS)
        .check(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                answer.complete(response.getStatus() == ServingStatus.SERVING);
              }

              @Override
              public void onError(Throwable problem) {
                answer.completeExceptionally(problem);
              }

              @Override
              public void onCompleted() {
                answer.complete(false);
              }
            });
    return answer;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    afterwards.run();
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
