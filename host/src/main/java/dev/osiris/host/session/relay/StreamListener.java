package dev.osiris.host.session.relay;

import dev.osiris.host.sandbox.ByteStream;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.local.LocalAddress;
import io.grpc.netty.shaded.io.netty.channel.local.LocalChannel;
import io.grpc.netty.shaded.io.netty.channel.local.LocalIoHandler;
import io.grpc.netty.shaded.io.netty.channel.local.LocalServerChannel;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * An address inside this JVM, at which gRPC finds the worker behind streams of bytes: each
 * connection is joined to a new stream. No socket and no port, so nobody else can dial it.
 */
public final class StreamListener implements AutoCloseable {
  private final EventLoopGroup loop;
  private final Channel server;

  private StreamListener(EventLoopGroup loop, Channel server) {
    this.loop = loop;
    this.server = server;
  }

  /** Listens; the first stream is opened when somebody connects. */
  public static StreamListener start(ByteStream.Opener opener) {
    // One thread for both ends of a connection: what one end has written the other end has read
    // before more is written, so nothing piles up between them.
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    Channel server =
        new ServerBootstrap()
            .group(loop)
            .channel(LocalServerChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<LocalChannel>() {
                  @Override
                  protected void initChannel(LocalChannel channel) {
                    channel.pipeline().addLast(new StreamRelay(opener));
                  }
                })
            .bind(LocalAddress.ANY)
            .syncUninterruptibly()
            .channel();
    return new StreamListener(loop, server);
  }

  /** Where to connect, with {@link #loop}. */
  public SocketAddress address() {
    return server.localAddress();
  }

  /** Serves both ends. */
  public EventLoopGroup loop() {
    return loop;
  }

  /** Ends all connections. */
  @Override
  public void close() {
    var _ = server.close();
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
