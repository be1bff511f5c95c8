package dev.osiris.host.session;

import com.google.protobuf.UnsafeByteOperations;
import dev.osiris.wire.WireLimits;
import dev.osiris.wire.v1.DataServiceGrpc;
import dev.osiris.wire.v1.UploadRequest;
import dev.osiris.wire.v1.UploadResponse;
import dev.osiris.wire.v1.UploadTarget;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One call that brings a file, or its rest, to the worker. A chunk is read when the transport has
 * room for it.
 */
final class UploadCall implements ClientResponseObserver<UploadRequest, UploadResponse> {
  private static final int CHUNK = Math.toIntExact(WireLimits.FILE_CHUNK.bytes());
  private static final int READY_BYTES = 1 << 20;

  private final Semaphore room = new Semaphore(0);
  private final CompletableFuture<UploadResponse> answer = new CompletableFuture<>();
  private @Nullable ClientCallStreamObserver<UploadRequest> requests;

  private UploadCall() {}

  /**
   * Sends a file from the target's offset on and waits until the worker has it all.
   *
   * @throws StatusRuntimeException when the call breaks or is refused
   * @throws IOException when the file cannot be read, or has become shorter
   */
  static void send(
      DataServiceGrpc.DataServiceStub stub,
      UploadTarget target,
      FileChannel file,
      TransferMeter meter)
      throws IOException, InterruptedException {
    UploadCall call = new UploadCall();
    var unused = stub.withOnReadyThreshold(READY_BYTES).upload(call);
    call.send(target, file, meter);
  }

  private void send(UploadTarget target, FileChannel file, TransferMeter meter)
      throws IOException, InterruptedException {
    ClientCallStreamObserver<UploadRequest> to = java.util.Objects.requireNonNull(requests);
    boolean done = false;
    try {
      to.onNext(UploadRequest.newBuilder().setTarget(target).build());
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      CRC32C crc = new CRC32C();
      long position = target.getOffset();
      while (position < target.getTotalBytes() && !answer.isDone()) {
        buffer.clear().limit((int) Math.min(CHUNK, target.getTotalBytes() - position));
        fill(file, buffer, position);
        position += buffer.limit();
        crc.reset();
        crc.update(buffer.duplicate());
        awaitRoom(to);
        // Sending serialises the message before it returns, so the buffer is free again then.
        to.onNext(
            UploadRequest.newBuilder()
                .setChunk(UnsafeByteOperations.unsafeWrap(buffer))
                .setChunkCrc32C((int) crc.getValue())
                .build());
        meter.moved(position, target.getTotalBytes());
      }
      if (!answer.isDone()) {
        to.onCompleted();
      }
      var unused = answer.get();
      done = true;
    } catch (ExecutionException e) {
      throw (StatusRuntimeException) e.getCause();
    } finally {
      if (!done) {
        to.cancel("left", null);
      }
    }
  }

  private static void fill(FileChannel file, ByteBuffer buffer, long position) throws IOException {
    while (buffer.hasRemaining()) {
      if (file.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("it became shorter while it was read");
      }
    }
    buffer.flip();
  }

  private void awaitRoom(ClientCallStreamObserver<UploadRequest> to) throws InterruptedException {
    while (!to.isReady() && !answer.isDone()) {
      room.acquire();
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<UploadRequest> stream) {
    requests = stream;
    stream.setOnReadyHandler(room::release);
  }

  @Override
  public void onNext(UploadResponse response) {
    answer.complete(response);
  }

  @Override
  public void onError(Throwable problem) {
    answer.completeExceptionally(problem);
    room.release();
  }

  @Override
  public void onCompleted() {
    room.release();
  }
}
