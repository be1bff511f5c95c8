package dev.osiris.worker.server;

import com.google.protobuf.UnsafeByteOperations;
import dev.osiris.unit.Sha256;
import dev.osiris.wire.WireLimits;
import dev.osiris.wire.v1.DownloadRequest;
import dev.osiris.wire.v1.DownloadResponse;
import dev.osiris.worker.session.ProtocolViolation;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.Semaphore;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One download. A chunk is read when there is room for it, so a slow reader costs one buffer and
 * what the transport holds.
 */
final class Download {

  private static final int CHUNK = Math.toIntExact(WireLimits.FILE_CHUNK.bytes());

  private final ServerCallStreamObserver<DownloadResponse> out;
  private final DownloadRequest request;
  private final Semaphore room = new Semaphore(0);

  /** Made while the call is being set up. */
  Download(ServerCallStreamObserver<DownloadResponse> out, DownloadRequest request) {
    this.out = out;
    this.request = request;
    out.setOnReadyThreshold(UploadCall.READY_BYTES);
    out.setOnReadyHandler(room::release);
    out.setOnCancelHandler(room::release);
  }

  /** Sends the file; returns when all of it is under way or the caller is gone. */
  void send(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long total = channel.size();
      long offset = request.getOffset();
      if (offset > total || offset < 0) {
        throw ProtocolViolation.invalid(
            "offset " + offset + " is beyond the end of the file, " + total);
      }
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      MessageDigest digest = request.getWithoutSha256() ? null : Sha256.start();
      if (digest != null) {
        digest(channel, offset, buffer, digest);
      }
      send(channel, offset, total, buffer, digest);
    }
  }

  /** The digest is the whole file's, whatever of it is wanted. */
  private static void digest(
      FileChannel channel, long bytes, ByteBuffer buffer, MessageDigest digest) throws IOException {
    long position = 0;
    while (position < bytes) {
      buffer.clear().limit((int) Math.min(CHUNK, bytes - position));
      fill(channel, buffer, position);
      position += buffer.limit();
      digest.update(buffer);
    }
  }

  private void send(
      FileChannel channel,
      long offset,
      long total,
      ByteBuffer buffer,
      @Nullable MessageDigest digest)
      throws IOException {
    long position = offset;
    boolean last = false;
    CRC32C crc = new CRC32C();
    while (!last && !out.isCancelled()) {
      buffer.clear().limit((int) Math.min(CHUNK, total - position));
      fill(channel, buffer, position);
      position += buffer.limit();
      last = position >= total;
      crc.reset();
      crc.update(buffer.duplicate());
      DownloadResponse.Builder chunk =
          DownloadResponse.newBuilder().setTotalBytes(total).setChunkCrc32C((int) crc.getValue());
      if (digest != null) {
        digest.update(buffer.duplicate());
        if (last) {
          chunk.setSha256(Sha256.finish(digest));
        }
      }
      // Sending serialises the message before it returns, so the buffer is free again then.
      chunk.setChunk(UnsafeByteOperations.unsafeWrap(buffer));
      awaitRoom();
      out.onNext(chunk.build());
    }
    out.onCompleted();
  }

  private static void fill(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    buffer.flip();
  }

  private void awaitRoom() {
    while (!out.isReady() && !out.isCancelled()) {
      room.acquireUninterruptibly();
    }
  }
}
