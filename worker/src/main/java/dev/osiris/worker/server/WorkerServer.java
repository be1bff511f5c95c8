package dev.osiris.worker.server;

import dev.osiris.unit.Secret;
import dev.osiris.wire.WireLimits;
import dev.osiris.worker.config.ListenAddress;
import dev.osiris.worker.session.SessionSlot;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The gRPC server of a worker. */
public final class WorkerServer implements AutoCloseable {

  // The library tells of each connection that is no gRPC, with a stack trace. Loggers are held
  // weakly.
  private static final Logger LIBRARY = Logger.getLogger("io.grpc");

  static {
    LIBRARY.setLevel(Level.WARNING);
  }

  private final Server server;
  private final ListenAddress listen;
  private final HealthStatusManager health = new HealthStatusManager();
  private final AtomicBoolean draining = new AtomicBoolean();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final EventLoopGroup loops;

  /** Loads what every server needs, native code too, so that building one is quick. */
  public static void load() {
    boolean epoll = Epoll.isAvailable();
    LIBRARY.log(Level.FINE, "native transport: {0}", epoll);
    NettyServerBuilder.forAddress(new InetSocketAddress(0))
        .addService(ProtoReflectionServiceV1.newInstance());
  }

  /**
   * Builds the server; {@link #start} makes it serve.
   *
   * @param tls {@code null} to serve unencrypted
   */
  public WorkerServer(
      ListenAddress listen,
      @Nullable ServerTls tls,
      Secret token,
      SessionSlot slot,
      DataStore data,
      ScheduledExecutorService scheduler) {
    this.listen = listen;
    boolean epoll = Epoll.isAvailable();
    this.loops =
        epoll
            ? new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory())
            : new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Tokens tokens = new Tokens(token, slot);
    WorkerGrpcService steps = new WorkerGrpcService(slot, tokens, executor, Clock.systemUTC());
    BindableService files = new DataGrpcService(slot, tokens, data);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(socketAddress(listen, epoll))
            .channelType(
                listen instanceof ListenAddress.Unix
                    ? EpollServerDomainSocketChannel.class
                    : epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .executor(executor)
            // Above the protocol's own limit: what gRPC refuses it resets without a word.
            .maxInboundMessageSize(Math.toIntExact(4 * WireLimits.CONTROL_MESSAGE.bytes()))
            .maxInboundMetadataSize(Math.toIntExact(WireLimits.METADATA.bytes()))
            .flowControlWindow(1 << 20)
            .permitKeepAliveTime(WireLimits.LEAST_KEEPALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(steps)
            .addService(files)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .intercept(tokens);
    if (tls != null) {
      builder.sslContext(tls.context());
    }
    this.server = builder.build();
    long beat = WireLimits.HEARTBEAT.toMillis();
    var _ = scheduler.scheduleAtFixedRate(steps::heartbeat, beat, beat, TimeUnit.MILLISECONDS);
  }

  /**
   * Binds and serves.
   *
   * @return the address in use, with the port that was free
   */
  public ListenAddress start() throws IOException {
    if (listen instanceof ListenAddress.Unix unix) {
      Files.deleteIfExists(unix.path());
    }
    server.start();
    health.setStatus("", ServingStatus.SERVING);
    return switch (listen) {
      case ListenAddress.Unix unix -> unix;
      case ListenAddress.Tcp tcp -> new ListenAddress.Tcp(tcp.host(), server.getPort());
    };
  }

  /** Says to probes that no new work is wanted, while open streams go on. */
  public void drain() {
    // The library warns of a second time, and closing drains, too.
    if (draining.compareAndSet(false, true)) {
      health.enterTerminalState();
    }
  }

  @Override
  public void close() {
    drain();
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var _ = loops.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS);
    executor.shutdownNow();
  }

  private static SocketAddress socketAddress(ListenAddress listen, boolean epoll) {
    return switch (listen) {
      case ListenAddress.Unix unix -> {
        if (!epoll) {
          throw new IllegalArgumentException(
              "Unix sockets need Linux on x86_64 or aarch64; use --listen tcp:127.0.0.1:0");
        }
        yield new DomainSocketAddress(unix.path().toFile());
      }
      case ListenAddress.Tcp tcp -> new InetSocketAddress(tcp.host(), tcp.port());
    };
  }
}
