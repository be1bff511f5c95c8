package dev.osiris.host.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.host.sandbox.ByteStream;
import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.channel.local.LocalAddress;
import io.grpc.netty.shaded.io.netty.channel.local.LocalChannel;
import io.grpc.netty.shaded.io.netty.channel.local.LocalServerChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StreamListenerTest {
  private final BlockingQueue<FakeStream> opened = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

  private StreamListener listener =
      StreamListener.start(() -> {
        FakeStream stream = new FakeStream();
        opened.add(stream);
        return stream;
      });

  @AfterEach
  void close() {
    listener.close();
  }

  @Test
  void connection_carriesBytesBothWays() throws Exception {
    Channel channel = connect();
    FakeStream stream = opened.take();
    var _ = channel.writeAndFlush(Unpooled.copiedBuffer("up", StandardCharsets.UTF_8));
    assertThat(stream.sent(2)).isEqualTo("up");
    stream.answer("down");
    assertThat(received.take()).asString(StandardCharsets.UTF_8).isEqualTo("down");
  }

  @Test
  void connection_ends_whenTheStreamEnds() throws Exception {
    Channel channel = connect();
    opened.take().endOfAnswers();
    assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void connection_ends_whenThereIsNoStream() throws Exception {
    listener.close();
    listener =
        StreamListener.start(() -> {
          throw new IOException("no container");
        });
    assertThat(connect().closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void stream_isClosed_whenTheConnectionEnds() throws Exception {
    Channel channel = connect();
    FakeStream stream = opened.take();
    var _ = channel.close();
    assertThat(stream.closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void eachConnection_getsAStreamOfItsOwn() throws Exception {
    connect();
    FakeStream first = opened.take();
    connect();
    assertThat(opened.take()).isNotSameAs(first);
  }

  @Test
  void connection_isNotReadFurther_whileTheStreamTakesNoMore() throws Exception {
    BlockingQueue<Integer> taken = new LinkedBlockingQueue<>();
    AtomicInteger reads = new AtomicInteger();
    Channel server =
        new ServerBootstrap()
            .group(listener.loop())
            .channel(LocalServerChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<LocalChannel>() {
                  @Override
                  protected void initChannel(LocalChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new ReadCounter(reads), new StreamRelay(() -> new StuckStream(taken)));
                  }
                })
            .bind(LocalAddress.ANY)
            .syncUninterruptibly()
            .channel();
    Channel channel = connect(server.localAddress());
    for (int i = 0; i < 1_000; i++) {
      var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1_000]));
    }
    assertThat(taken.take()).isPositive();
    // All that the connection was asked to read it has read when its thread gets to this.
    listener.loop().submit(() -> {}).get(10, TimeUnit.SECONDS);
    assertThat(reads.get()).isBetween(1, 50);
  }

  private Channel connect() {
    return connect(listener.address());
  }

  private Channel connect(SocketAddress address) {
    return new Bootstrap()
        .group(listener.loop())
        .channel(LocalChannel.class)
        .handler(
            new SimpleChannelInboundHandler<ByteBuf>() {
              @Override
              protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
                byte[] bytes = new byte[message.readableBytes()];
                message.readBytes(bytes);
                received.add(bytes);
              }
            })
        .connect(address)
        .syncUninterruptibly()
        .channel();
  }

  /** Counts what is read from a connection. */
  private static final class ReadCounter extends ChannelInboundHandlerAdapter {
    private final AtomicInteger reads;

    ReadCounter(AtomicInteger reads) {
      this.reads = reads;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      reads.incrementAndGet();
      context.fireChannelRead(message);
    }
  }

  /** A worker's side made of pipes. */
  private static final class FakeStream implements ByteStream {
    private final PipedInputStream in = new PipedInputStream();
    private final PipedOutputStream answers;
    private final BlockingQueue<Byte> sent = new LinkedBlockingQueue<>();
    final CountDownLatch closed = new CountDownLatch(1);

    FakeStream() throws IOException {
      answers = new PipedOutputStream(in);
    }

    @Override
    public InputStream in() {
      return in;
    }

    @Override
    public OutputStream out() {
      return new OutputStream() {
        @Override
        public void write(int octet) {
          sent.add((byte) octet);
        }
      };
    }

    @Override
    public void close() {
      closed.countDown();
      endOfAnswers();
    }

    String sent(int count) throws InterruptedException {
      byte[] bytes = new byte[count];
      for (int i = 0; i < count; i++) {
        bytes[i] = sent.take();
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }

    void answer(String text) throws IOException {
      answers.write(text.getBytes(StandardCharsets.UTF_8));
      answers.flush();
    }

    void endOfAnswers() {
      try {
        answers.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A worker's side that takes one write, and holds whoever makes it until it is closed. */
  private static final class StuckStream implements ByteStream {
    private final BlockingQueue<Integer> taken;
    private final CountDownLatch closed = new CountDownLatch(1);

    StuckStream(BlockingQueue<Integer> taken) {
      this.taken = taken;
    }

    @Override
    public InputStream in() {
      return new InputStream() {
        @Override
        public int read() throws IOException {
          await();
          return -1;
        }
      };
    }

    @Override
    public OutputStream out() {
      return new OutputStream() {
        @Override
        public void write(int octet) throws IOException {
          write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          taken.add(length);
          await();
        }
      };
    }

    @Override
    public void close() {
      closed.countDown();
    }

    private void await() throws IOException {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
      throw new IOException("closed");
    }
  }
}
