package dev.osiris.worker.server;

import com.google.protobuf.ByteString;
import dev.osiris.wire.WireLimits;
import dev.osiris.wire.v1.UploadRequest;
import dev.osiris.wire.v1.UploadResponse;
import dev.osiris.wire.v1.UploadTarget;
import dev.osiris.worker.disk.Upload;
import dev.osiris.worker.session.ProtocolViolation;
import dev.osiris.worker.session.SessionFiles;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call that brings a file or a part of it. gRPC calls it from one thread at a time. */
final class UploadCall implements StreamObserver<UploadRequest> {

  /** What may wait in the transport before a sender has to wait. */
  static final int READY_BYTES = 512 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(UploadCall.class);
  private static final int CHUNK = Math.toIntExact(WireLimits.FILE_CHUNK.bytes());

  /** Finds the files of a session, for a caller that may write there. */
  interface Owned {
    SessionFiles files(String session) throws IOException;
  }

  private record Begun(UploadTarget target, SessionFiles files, Path partial, Upload.Turn turn) {}

  private final StreamObserver<UploadResponse> out;
  private final Owned owned;
  private final CRC32C crc = new CRC32C();
  private @Nullable Begun begun;
  private boolean over;

  UploadCall(StreamObserver<UploadResponse> out, Owned owned) {
    this.out = out;
    this.owned = owned;
  }

  @Override
  public void onNext(UploadRequest request) {
    if (over) {
      return;
    }
    over =
        !Calls.guarded(
            out,
            () -> {
              switch (request.getPartCase()) {
                case TARGET -> begin(request.getTarget());
                case CHUNK -> write(request);
                case PART_NOT_SET ->
                    throw ProtocolViolation.invalid("an upload message needs a target or a chunk");
              }
            });
    if (over) {
      close();
    }
  }

  private void begin(UploadTarget target) throws IOException {
    if (begun != null) {
      throw ProtocolViolation.invalid("an upload names its target once");
    }
    SessionFiles files = owned.files(target.getSessionId());
    files.put(target.getPath());
    boolean digests = !target.getSha256().isEmpty();
    if (digests && !target.getSha256().matches("[0-9a-f]{64}")) {
      throw ProtocolViolation.invalid("sha256 must be 64 lower-case hexadecimal digits");
    }
    if (target.getTotalBytes() < 0 || target.getOffset() < 0) {
      throw ProtocolViolation.invalid("sizes beyond 2^63 are no sizes of files");
    }
    Path partial =
        files.partial(target.getPath(), digests ? target.getSha256() : target.getUploadId());
    Upload upload = files.uploads().begin(partial, target.getTotalBytes(), digests);
    begun = new Begun(target, files, partial, upload.goOn(target.getOffset()));
  }

  private void write(UploadRequest request) throws IOException {
    Begun to = begun;
    if (to == null) {
      throw ProtocolViolation.invalid("the first message of an upload must name its target");
    }
    ByteString chunk = request.getChunk();
    if (chunk.size() > CHUNK) {
      throw ProtocolViolation.invalid("a chunk is larger than 256 KiB");
    }
    check(to, request);
    try {
      if (!to.turn().write(chunk.asReadOnlyByteBufferList())) {
        throw ProtocolViolation.invalid("another call goes on with this upload");
      }
    } catch (IOException e) {
      // A disk that is full stays so while this lies on it.
      to.files().uploads().discard(to.partial());
      throw e;
    }
  }

  private void check(Begun to, UploadRequest request) throws IOException {
    if (!request.hasChunkCrc32C()) {
      if (to.target().getSha256().isEmpty()) {
        throw ProtocolViolation.invalid("a chunk needs its CRC-32C, since no digest was announced");
      }
      return;
    }
    crc.reset();
    for (ByteBuffer part : request.getChunk().asReadOnlyByteBufferList()) {
      crc.update(part);
    }
    if ((int) crc.getValue() != request.getChunkCrc32C()) {
      to.files().uploads().discard(to.partial());
      throw ProtocolViolation.damaged("a chunk is not what was sent; send the file again");
    }
  }

  @Override
  public void onError(Throwable gone) {
    close();
  }

  @Override
  public void onCompleted() {
    if (over) {
      return;
    }
    over = true;
    Calls.guarded(out, this::complete);
    close();
  }

  private void complete() throws IOException {
    Begun whole = begun;
    if (whole == null) {
      throw ProtocolViolation.invalid("the upload ended before it named its target");
    }
    UploadTarget target = whole.target();
    if (whole.files().uploads().arrived(whole.partial()) != target.getTotalBytes()) {
      throw ProtocolViolation.invalid("the upload ended before all of it was sent; go on with it");
    }
    String digest = whole.turn().digest();
    if (digest != null && !digest.equals(target.getSha256())) {
      whole.files().uploads().discard(whole.partial());
      throw ProtocolViolation.damaged(
          "the upload does not have the digest that was announced; send it again");
    }
    // The session may have been opened, or closed, since the upload began.
    SessionFiles now = owned.files(target.getSessionId());
    if (now.uploads() != whole.files().uploads()) {
      throw ProtocolViolation.notFound("the session is not what it was when the upload began");
    }
    now.complete(whole.partial(), target.getPath());
    out.onNext(UploadResponse.newBuilder().setBytes(target.getTotalBytes()).build());
    out.onCompleted();
  }

  private void close() {
    Begun open = begun;
    if (open != null) {
      try {
        open.turn().close();
      } catch (IOException e) {
        LOG.warn("an upload's file could not be closed: {}", e.getMessage());
      }
    }
  }
}
