package dev.osiris.e2e.harness.wire;

import dev.osiris.wire.v1.DataServiceGrpc;
import dev.osiris.wire.v1.WorkerServiceGrpc;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The wire without the host: generated stubs over a channel of its own. */
public final class RawClient implements AutoCloseable {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final int MOST_BYTES = 8 << 20;

  private final ManagedChannel channel;
  private final @Nullable EventLoopGroup loops;

  private RawClient(ManagedChannel channel, @Nullable EventLoopGroup loops) {
    this.channel = channel;
    this.loops = loops;
  }

  /**
   * A client of the worker at {@code unix:/path} or {@code tcp:host:port}. Connects on first use.
   */
  public static RawClient to(String address) {
    if (address.startsWith("unix:")) {
      EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
      return new RawClient(
          NettyChannelBuilder.forAddress(
                  new DomainSocketAddress(address.substring("unix:".length())))
              .eventLoopGroup(loops)
              .channelType(EpollDomainSocketChannel.class)
              .overrideAuthority("localhost")
              .maxInboundMessageSize(MOST_BYTES)
              .usePlaintext()
              .build(),
          loops);
    }
    int colon = address.lastIndexOf(':');
    return new RawClient(
        NettyChannelBuilder.forAddress(
                address.substring("tcp:".length(), colon),
                Integer.parseInt(address.substring(colon + 1)))
            .maxInboundMessageSize(MOST_BYTES)
            .usePlaintext()
            .build(),
        null);
  }

  /** Begins a call that nobody has opened or attached yet. */
  public RawStream call(@Nullable String token) {
    return new RawStream(WorkerServiceGrpc.newStub(channel).withInterceptors(bearer(token)));
  }

  /** The service for rows and files, with a deadline. */
  public DataServiceGrpc.DataServiceBlockingStub data(@Nullable String token) {
    return DataServiceGrpc.newBlockingStub(channel)
        .withInterceptors(bearer(token))
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** Breaks the connection at once, as a network does. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (loops != null) {
      var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private static ClientInterceptor bearer(@Nullable String token) {
    Metadata headers = new Metadata();
    if (token != null) {
      headers.put(AUTHORIZATION, "Bearer " + token);
    }
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}
