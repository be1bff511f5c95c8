package dev.osiris.host.session;

import dev.osiris.failure.DiskFull;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.session.SessionId;
import dev.osiris.unit.Secret;
import dev.osiris.wire.BearerToken;
import dev.osiris.wire.v1.DataServiceGrpc;
import dev.osiris.wire.v1.DownloadRequest;
import dev.osiris.wire.v1.DownloadResponse;
import dev.osiris.wire.v1.GetUploadRequest;
import dev.osiris.wire.v1.RemoveUploadRequest;
import dev.osiris.wire.v1.UploadTarget;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * Moves files between this host and a session in a worker, open or not. A transfer that breaks goes
 * on where it stopped. Safe between threads; its methods block, and end when their thread is
 * interrupted.
 */
public final class FileClient implements AutoCloseable {

  private final WorkerConnection connection;
  private final DataServiceGrpc.DataServiceStub stub;
  private final DataServiceGrpc.DataServiceBlockingStub blocking;
  private final SessionId session;
  private final LongSupplier nanos;

  private FileClient(
      WorkerConnection connection, SessionId session, Secret token, LongSupplier nanos) {
    this.connection = connection;
    this.session = session;
    this.nanos = nanos;
    var authorized = MetadataUtils.newAttachHeadersInterceptor(BearerToken.metadata(token));
    this.stub = DataServiceGrpc.newStub(connection.channel()).withInterceptors(authorized);
    this.blocking =
        DataServiceGrpc.newBlockingStub(connection.channel()).withInterceptors(authorized);
  }

  /**
   * Prepares to move files; connects with the first.
   *
   * @param token the session's own while it is open in that worker, else the worker's
   * @param nanos a clock that never goes back
   */
  public static FileClient of(
      WorkerAddress worker, SessionId session, Secret token, LongSupplier nanos) {
    return new FileClient(WorkerConnection.to(worker), session, token, nanos);
  }

  @Override
  public void close() {
    connection.close();
  }

  /** What tells one content of a file from another without reading it. */
  public record Stamp(long bytes, long modifiedNanos) {

    public static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      var time = attributes.lastModifiedTime().toInstant();
      return new Stamp(attributes.size(), time.getEpochSecond() * 1_000_000_000 + time.getNano());
    }

    String id() {
      return bytes + "-" + modifiedNanos;
    }
  }

  /**
   * Brings a file to the worker.
   *
   * @param target absolute below a grant, or relative to the session directory
   * @return what was brought
   */
  public Stamp upload(Path file, String target, TransferMeter meter)
      throws TransferFailed, InterruptedException {
    Resumption resumption = new Resumption(target, nanos);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Stamp stamp = Stamp.of(file);
      long offset = 0;
      while (true) {
        try {
          UploadCall.send(stub, target(target, stamp).setOffset(offset).build(), channel, meter);
          requireUnchanged(file, stamp);
          return stamp;
        } catch (StatusRuntimeException broken) {
          resumption.afterBreak(broken.getStatus(), broken.getTrailers());
          long before = offset;
          offset = arrived(target, stamp, resumption);
          if (offset > before) {
            resumption.moved();
          }
        }
      }
    } catch (IOException e) {
      throw new TransferFailed(
          Failure.of(FailureCode.FILE_UNREADABLE, "'" + file + "' cannot be read: " + reason(e))
              .inFile(file.toString()),
          e);
    }
  }

  private UploadTarget.Builder target(String target, Stamp stamp) {
    return UploadTarget.newBuilder()
        .setSessionId(session.value())
        .setPath(target)
        .setTotalBytes(stamp.bytes())
        .setUploadId(stamp.id());
  }

  private static void requireUnchanged(Path file, Stamp stamp) throws IOException, TransferFailed {
    if (!Stamp.of(file).equals(stamp)) {
      throw new TransferFailed(
          Failure.of(FailureCode.FILE_UNREADABLE, "'" + file + "' changed while it was read")
              .inFile(file.toString())
              .advise("run again when nobody writes to it"),
          null);
    }
  }

  private long arrived(String target, Stamp stamp, Resumption resumption)
      throws TransferFailed, InterruptedException {
    GetUploadRequest request =
        GetUploadRequest.newBuilder()
            .setSessionId(session.value())
            .setPath(target)
            .setUploadId(stamp.id())
            .build();
    while (true) {
      try {
        return Math.min(blocking.getUpload(request).getBytes(), stamp.bytes());
      } catch (StatusRuntimeException broken) {
        requireNoInterrupt();
        resumption.afterBreak(broken.getStatus(), broken.getTrailers());
      }
    }
  }

  /**
   * Has the worker's copy of a file of this host removed; it may be gone already.
   *
   * @param target absolute below a staged grant
   */
  public void remove(String target) throws TransferFailed, InterruptedException {
    Resumption resumption = new Resumption(target, nanos);
    RemoveUploadRequest request =
        RemoveUploadRequest.newBuilder().setSessionId(session.value()).setPath(target).build();
    while (true) {
      try {
        var unused = blocking.removeUpload(request);
        return;
      } catch (StatusRuntimeException broken) {
        requireNoInterrupt();
        resumption.afterBreak(broken.getStatus(), broken.getTrailers());
      }
    }
  }

  /**
   * Fetches a file from the worker into an empty one of this host. Each chunk is checked by its
   * CRC-32C; a digest of the whole file is for those to take who have one to compare it with.
   *
   * @param path absolute below a staged grant, or relative to the session directory
   * @param most bytes that are taken; a file that is larger is refused
   * @return its size
   */
  public long download(String path, Path into, long most, TransferMeter meter)
      throws TransferFailed, InterruptedException {
    Resumption resumption = new Resumption(path, nanos);
    try (FileChannel to =
        FileChannel.open(into, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      Arriving arriving = new Arriving(path, to, most, meter, resumption);
      while (!arriving.whole()) {
        try {
          receive(path, arriving);
        } catch (StatusRuntimeException broken) {
          requireNoInterrupt();
          resumption.afterBreak(broken.getStatus(), broken.getTrailers());
        }
      }
      to.force(true);
      return arriving.total;
    } catch (IOException e) {
      Failure failure =
          DiskFull.isMeantBy(e)
              ? DiskFull.failure()
              : Failure.of(
                  FailureCode.FILE_UNWRITABLE, "'" + into + "' cannot be written: " + reason(e));
      throw new TransferFailed(failure.inFile(path), e);
    }
  }

  private void receive(String path, Arriving arriving) throws IOException, TransferFailed {
    long from = arriving.position;
    DownloadRequest request =
        DownloadRequest.newBuilder()
            .setSessionId(session.value())
            .setPath(path)
            .setOffset(arriving.position)
            .setWithoutSha256(true)
            .build();
    Context.CancellableContext call = Context.current().withCancellation();
    Context before = call.attach();
    try {
      Iterator<DownloadResponse> chunks = blocking.download(request);
      boolean more = true;
      while (more && chunks.hasNext()) {
        more = arriving.take(chunks.next());
      }
      if (more && arriving.position == from) {
        // It ended in order and brought nothing.
        arriving.resumption.damaged();
      }
    } finally {
      call.detach(before);
      call.cancel(null);
    }
  }

  /** The blocking stub tells an interrupt as a call that was cancelled. */
  private static void requireNoInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replaceFirst("Exception$", "") + " " + e.getMessage();
  }

  /** A file on its way in, over as many calls as it takes. */
  private static final class Arriving {
    private final String path;
    private final FileChannel to;
    private final long most;
    private final TransferMeter meter;
    private final Resumption resumption;
    private final CRC32C crc = new CRC32C();
    private long position;
    private long total = -1;

    Arriving(String path, FileChannel to, long most, TransferMeter meter, Resumption resumption) {
      this.path = path;
      this.to = to;
      this.most = most;
      this.meter = meter;
      this.resumption = resumption;
    }

    boolean whole() {
      return position == total;
    }

    /** Returns whether more may come in this call. */
    boolean take(DownloadResponse response) throws IOException, TransferFailed {
      requireSize(response);
      ByteBuffer chunk = response.getChunk().asReadOnlyByteBuffer();
      crc.reset();
      crc.update(chunk.duplicate());
      if (!response.hasChunkCrc32C() || response.getChunkCrc32C() != (int) crc.getValue()) {
        resumption.damaged();
        return false;
      }
      while (chunk.hasRemaining()) {
        position += to.write(chunk);
      }
      resumption.moved();
      meter.moved(position, total);
      return !whole();
    }

    private void requireSize(DownloadResponse response) throws TransferFailed {
      long said = response.getTotalBytes();
      total = total < 0 ? said : total;
      boolean grows = said != total || position + response.getChunk().size() > total;
      if (grows || total > most || total < 0) {
        throw new TransferFailed(
            Failure.of(
                    grows ? FailureCode.DATA_CORRUPT : FailureCode.LIMIT_REACHED,
                    "'"
                        + path
                        + "' "
                        + (grows
                            ? "changes its size while it is fetched"
                            : "has " + total + " bytes, more than the " + most + " that are taken"))
                .inFile(path),
            null);
      }
    }
  }
}
