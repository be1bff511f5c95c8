package dev.osiris.worker.server;

import com.google.protobuf.ByteString;
import dev.osiris.failure.StepException;
import dev.osiris.session.SessionId;
import dev.osiris.unit.Secret;
import dev.osiris.wire.WireLimits;
import dev.osiris.wire.v1.Cell;
import dev.osiris.wire.v1.Column;
import dev.osiris.wire.v1.DataServiceGrpc;
import dev.osiris.wire.v1.DownloadRequest;
import dev.osiris.wire.v1.DownloadResponse;
import dev.osiris.wire.v1.GetUploadRequest;
import dev.osiris.wire.v1.GetUploadResponse;
import dev.osiris.wire.v1.PreviewRequest;
import dev.osiris.wire.v1.PreviewResponse;
import dev.osiris.wire.v1.Row;
import dev.osiris.wire.v1.UploadRequest;
import dev.osiris.wire.v1.UploadResponse;
import dev.osiris.wire.v1.UploadTarget;
import dev.osiris.worker.disk.Sha256;
import dev.osiris.worker.duckdb.SessionQuery;
import dev.osiris.worker.session.ProtocolViolation;
import dev.osiris.worker.session.SessionFiles;
import dev.osiris.worker.session.SessionSlot;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looking at data and moving files. The only place where rows leave the worker, and only on
 * request.
 */
final class DataGrpcService extends DataServiceGrpc.DataServiceImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(DataGrpcService.class);
  private static final int CHUNK = Math.toIntExact(WireLimits.FILE_CHUNK.bytes());
  private static final int DEFAULT_ROWS = 20;
  private static final int MAX_ROWS = 10_000;

  private final SessionSlot slot;
  private final Tokens tokens;
  private final DataStore data;

  DataGrpcService(SessionSlot slot, Tokens tokens, DataStore data) {
    this.slot = slot;
    this.tokens = tokens;
    this.data = data;
  }

  private interface Work {
    void run() throws IOException;
  }

  // Every way out of a call becomes a status; texts of the engine stay here.
  private static void guarded(StreamObserver<?> out, Work work) {
    try {
      work.run();
    } catch (ProtocolViolation violation) {
      out.onError(WorkerGrpcService.statusOf(violation).asRuntimeException());
    } catch (StepException failure) {
      out.onError(DataStore.statusOf(failure.failure()).asRuntimeException());
    } catch (IllegalArgumentException invalid) {
      out.onError(
          Status.INVALID_ARGUMENT.withDescription(invalid.getMessage()).asRuntimeException());
    } catch (IOException e) {
      LOG.warn("a file could not be read or written", e);
      out.onError(
          Status.UNAVAILABLE
              .withDescription(
                  "a file could not be read or written: " + e.getClass().getSimpleName())
              .asRuntimeException());
    }
  }

  @Override
  public void preview(PreviewRequest request, StreamObserver<PreviewResponse> out) {
    guarded(
        out,
        () -> {
          SessionId id = readable(request.getSessionId());
          int limit =
              request.getLimit() == 0 ? DEFAULT_ROWS : Math.min(request.getLimit(), MAX_ROWS);
          SessionQuery.Answer rows =
              switch (request.getSourceCase()) {
                case TABLE ->
                    data.table(
                        id,
                        slot,
                        request.getTable().getStepId(),
                        request.getTable().getTable(),
                        limit);
                case QUERY -> data.query(id, slot, request.getQuery(), limit);
                case SOURCE_NOT_SET ->
                    throw ProtocolViolation.invalid("preview needs a table or a query");
              };
          out.onNext(encode(rows));
          out.onCompleted();
        });
  }

  @Override
  public void download(DownloadRequest request, StreamObserver<DownloadResponse> responses) {
    ServerCallStreamObserver<DownloadResponse> out =
        (ServerCallStreamObserver<DownloadResponse>) responses;
    // A chunk is read when there is room for it, so a slow reader costs one buffer.
    Semaphore room = new Semaphore(0);
    out.setOnReadyHandler(room::release);
    out.setOnCancelHandler(room::release);
    guarded(
        out,
        () -> {
          SessionId id = readable(request.getSessionId());
          Path file = data.files(id, slot).fetch(request.getPath());
          // gRPC makes the ready call only when this method has returned.
          Thread.ofVirtual()
              .name("download")
              .start(() -> guarded(out, () -> send(file, request.getOffset(), out, room)));
        });
  }

  private static void send(
      Path file, long offset, ServerCallStreamObserver<DownloadResponse> out, Semaphore room)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long total = channel.size();
      if (offset > total) {
        throw ProtocolViolation.invalid(
            "offset " + offset + " is beyond the end of the file, " + total);
      }
      MessageDigest digest = Sha256.start();
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      long position = 0;
      boolean last = false;
      while (!last && !out.isCancelled()) {
        channel.read(buffer.clear(), position);
        buffer.flip();
        digest.update(buffer.duplicate());
        int skip = Math.clamp(offset - position, 0, buffer.limit());
        position += buffer.limit();
        last = position >= total;
        buffer.position(skip);
        if (buffer.hasRemaining() || last) {
          awaitRoom(out, room);
          DownloadResponse.Builder chunk =
              DownloadResponse.newBuilder()
                  .setChunk(ByteString.copyFrom(buffer))
                  .setTotalBytes(total);
          out.onNext((last ? chunk.setSha256(Sha256.finish(digest)) : chunk).build());
        }
      }
      out.onCompleted();
    }
  }

  private static void awaitRoom(ServerCallStreamObserver<?> out, Semaphore room) {
    while (!out.isReady() && !out.isCancelled()) {
      room.acquireUninterruptibly();
    }
  }

  @Override
  public StreamObserver<UploadRequest> upload(StreamObserver<UploadResponse> out) {
    return new Upload(out, Tokens.presented());
  }

  @Override
  public void getUpload(GetUploadRequest request, StreamObserver<GetUploadResponse> out) {
    guarded(
        out,
        () -> {
          SessionId id = new SessionId(request.getSessionId());
          tokens.requireSessionToken(id, Tokens.presented());
          SessionFiles files = data.files(id, slot);
          Path target = files.put(request.getPath());
          Path partial = files.partial(request.getPath(), request.getSha256());
          long arrived =
              Files.exists(partial)
                  ? Files.size(partial)
                  : Files.isRegularFile(target) && Sha256.of(target).equals(request.getSha256())
                      ? Files.size(target)
                      : 0;
          out.onNext(GetUploadResponse.newBuilder().setBytes(arrived).build());
          out.onCompleted();
        });
  }

  /** One upload. gRPC calls it from one thread at a time. */
  private final class Upload implements StreamObserver<UploadRequest> {
    private final StreamObserver<UploadResponse> out;
    private final @Nullable Secret token;
    private @Nullable UploadTarget target;
    private @Nullable SessionFiles files;
    private @Nullable FileChannel channel;
    private boolean failed;

    Upload(StreamObserver<UploadResponse> out, @Nullable Secret token) {
      this.out = out;
      this.token = token;
    }

    @Override
    public void onNext(UploadRequest request) {
      if (failed) {
        return;
      }
      failed = true;
      guarded(
          out,
          () -> {
            switch (request.getPartCase()) {
              case TARGET -> begin(request.getTarget());
              case CHUNK -> write(request.getChunk());
              case PART_NOT_SET ->
                  throw ProtocolViolation.invalid("an upload message needs a target or a chunk");
            }
            failed = false;
          });
      if (failed) {
        closeChannel();
      }
    }

    private void begin(UploadTarget wanted) throws IOException {
      SessionId id = new SessionId(wanted.getSessionId());
      tokens.requireSessionToken(id, token);
      SessionFiles of = data.files(id, slot);
      of.put(wanted.getPath());
      FileChannel opened =
          FileChannel.open(
              of.partial(wanted.getPath(), wanted.getSha256()),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      channel = opened;
      if (wanted.getOffset() > opened.size()) {
        throw ProtocolViolation.invalid(
            "only " + opened.size() + " bytes have arrived; go on from there");
      }
      opened.truncate(wanted.getOffset());
      opened.position(wanted.getOffset());
      files = of;
      target = wanted;
    }

    private void write(ByteString chunk) throws IOException {
      UploadTarget wanted = target;
      FileChannel to = channel;
      if (wanted == null || to == null) {
        throw ProtocolViolation.invalid("the first message of an upload must name its target");
      }
      if (chunk.size() > CHUNK || to.position() + chunk.size() > wanted.getTotalBytes()) {
        throw ProtocolViolation.invalid(
            "a chunk is larger than 256 KiB, or goes beyond the announced size");
      }
      for (ByteBuffer part : chunk.asReadOnlyByteBufferList()) {
        while (part.hasRemaining()) {
          to.write(part);
        }
      }
    }

    @Override
    public void onError(Throwable gone) {
      closeChannel();
    }

    @Override
    public void onCompleted() {
      closeChannel();
      UploadTarget wanted = target;
      SessionFiles of = files;
      if (failed) {
        return;
      }
      guarded(
          out,
          () -> {
            if (wanted == null || of == null) {
              throw ProtocolViolation.invalid("the upload ended before it named its target");
            }
            of.complete(
                of.partial(wanted.getPath(), wanted.getSha256()),
                of.put(wanted.getPath()),
                wanted.getTotalBytes(),
                wanted.getSha256());
            out.onNext(UploadResponse.newBuilder().setBytes(wanted.getTotalBytes()).build());
            out.onCompleted();
          });
    }

    private void closeChannel() {
      FileChannel open = channel;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          LOG.warn("an upload's file could not be closed: {}", e.getMessage());
        }
      }
    }
  }

  private SessionId readable(String session) {
    SessionId id = new SessionId(session);
    tokens.requireReader(id, Tokens.presented());
    return id;
  }

  private static PreviewResponse encode(SessionQuery.Answer rows) {
    PreviewResponse.Builder response = PreviewResponse.newBuilder().setTruncated(rows.truncated());
    rows.columns()
        .forEach(column ->
            response.addColumns(Column.newBuilder().setName(column.name()).setType(column.type())));
    for (List<@Nullable String> row : rows.rows()) {
      Row.Builder encoded = Row.newBuilder();
      for (String cell : row) {
        encoded.addCells(
            cell == null ? Cell.getDefaultInstance() : Cell.newBuilder().setText(cell).build());
      }
      response.addRows(encoded);
    }
    return response.build();
  }
}
