package dev.osiris.worker.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BridgeTest {
  @TempDir private Path folder;

  private ServerSocketChannel listener;
  private SocketChannel near;
  private SocketChannel worker;
  private Pipe in;
  private Pipe out;
  private CompletableFuture<Void> bridge;

  @BeforeEach
  void connect() throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("w.sock"));
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
    near = SocketChannel.open(address);
    worker = listener.accept();
    in = Pipe.open();
    out = Pipe.open();
    bridge =
        CompletableFuture.runAsync(
            () -> {
              try {
                new Bridge(near).carry(in.source(), out.sink());
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            task -> Thread.ofPlatform().daemon().start(task));
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
    near.close();
    worker.close();
    in.sink().close();
    in.source().close();
    out.sink().close();
    out.source().close();
  }

  @Test
  void carry_passesEachWriteOn_withoutWaitingForMore() throws IOException {
    in.sink().write(bytes("a question"));
    assertThat(read(worker, 10)).isEqualTo("a question");
    worker.write(bytes("an answer"));
    assertThat(text(Channels.newInputStream(out.source()).readNBytes(9))).isEqualTo("an answer");
  }

  @Test
  void carry_losesNothing_whenBothSidesSendAtOnce() throws Exception {
    byte[] much = new byte[5_000_000];
    new Random(7).nextBytes(much);
    CompletableFuture<byte[]> up =
        async(() -> Channels.newInputStream(worker).readNBytes(much.length));
    CompletableFuture<byte[]> down =
        async(() -> Channels.newInputStream(out.source()).readNBytes(much.length));
    CompletableFuture<byte[]> sent =
        async(() -> {
          Channels.newOutputStream(in.sink()).write(much);
          return much;
        });
    Channels.newOutputStream(worker).write(much);
    assertThat(sent.get(20, TimeUnit.SECONDS)).isEqualTo(much);
    assertThat(up.get(20, TimeUnit.SECONDS)).isEqualTo(much);
    assertThat(down.get(20, TimeUnit.SECONDS)).isEqualTo(much);
  }

  @Test
  void carry_goesOnDownwards_whenTheInputHasEnded() throws IOException {
    in.sink().close();
    assertThat(worker.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    worker.write(bytes("last words"));
    assertThat(text(Channels.newInputStream(out.source()).readNBytes(10))).isEqualTo("last words");
    assertThat(bridge).isNotDone();
  }

  @Test
  void carry_returns_whenTheWorkerHasHungUp() throws Exception {
    worker.close();
    bridge.get(20, TimeUnit.SECONDS);
    assertThat(bridge).isCompleted();
  }

  private interface Reading {
    byte[] read() throws IOException;
  }

  private static CompletableFuture<byte[]> async(Reading reading) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return reading.read();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }

  private static String read(SocketChannel channel, int count) throws IOException {
    return text(Channels.newInputStream(channel).readNBytes(count));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
