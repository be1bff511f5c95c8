package dev.osiris.host.session.relay;

import dev.osiris.host.sandbox.ByteStream;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Joins one connection of gRPC's to one stream of bytes, with a thread a direction, since streams
 * block. Neither side is read before the other has taken what came, so a slow worker slows gRPC
 * down. The end of either side ends the other.
 */
final class StreamRelay extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(StreamRelay.class.getName());
  private static final int CHUNK_BYTES = 64 << 10;

  private final ByteStream.Opener opener;

  /** What was read and is not written yet: at most one round of reading, see {@link #upwards}. */
  private final BlockingQueue<ByteBuf> read = new LinkedBlockingQueue<>();

  private final AtomicReference<@Nullable ByteStream> open = new AtomicReference<>();
  private volatile boolean ended;

  StreamRelay(ByteStream.Opener opener) {
    this.opener = opener;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel channel = context.channel();
    Thread.ofPlatform().daemon().name("stream-up").start(() -> upwards(channel));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    read.add((ByteBuf) message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended = true;
    read.add(Unpooled.EMPTY_BUFFER); // wakes who waits for more
    close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
    LOG.log(System.Logger.Level.DEBUG, "a relayed connection broke", problem);
    var _ = context.close();
  }

  /** From gRPC to the worker; opens the stream first, since that may block. */
  private void upwards(Channel channel) {
    try {
      ByteStream stream = opener.open();
      open.set(stream);
      if (ended) {
        close();
        return;
      }
      Thread.ofPlatform().daemon().name("stream-down").start(() -> downwards(channel, stream));
      copy(channel, stream.out());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the stream to the worker: {0}", e.toString());
    } catch (InterruptedException e) {
      // Nobody has this thread to interrupt it; if somebody does, the connection is over.
      Thread.currentThread().interrupt();
    } finally {
      var _ = channel.close();
      dropUnsent();
    }
  }

  private void copy(Channel channel, OutputStream out) throws IOException, InterruptedException {
    channel.read();
    while (true) {
      ByteBuf next = read.take();
      if (ended) {
        next.release();
        return;
      }
      try {
        next.readBytes(out, next.readableBytes());
      } finally {
        next.release();
      }
      if (read.isEmpty()) {
        out.flush();
        channel.read();
      }
    }
  }

  /** From the worker to gRPC, two chunks at most under way. */
  private static void downwards(Channel channel, ByteStream stream) {
    try {
      byte[] chunk = new byte[CHUNK_BYTES];
      ChannelFuture written = channel.newSucceededFuture();
      for (int count = stream.in().read(chunk); count >= 0; count = stream.in().read(chunk)) {
        written = written.sync();
        written = channel.writeAndFlush(channel.alloc().buffer(count).writeBytes(chunk, 0, count));
      }
      var _ = written.sync();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the stream from the worker: {0}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      var _ = channel.close();
    }
  }

  private void close() {
    ByteStream stream = open.getAndSet(null);
    if (stream != null) {
      stream.close();
    }
  }

  private void dropUnsent() {
    for (ByteBuf left = read.poll(); left != null; left = read.poll()) {
      left.release();
    }
  }
}
