package dev.osiris.host.session;

import com.google.protobuf.ByteString;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.session.SessionId;
import dev.osiris.unit.Secret;
import dev.osiris.wire.v1.DataServiceGrpc;
import dev.osiris.wire.v1.DownloadRequest;
import dev.osiris.wire.v1.DownloadResponse;
import dev.osiris.wire.v1.GetUploadRequest;
import dev.osiris.wire.v1.GetUploadResponse;
import dev.osiris.wire.v1.UploadRequest;
import dev.osiris.wire.v1.UploadResponse;
import dev.osiris.wire.v1.UploadTarget;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/** Files of a worker that does with them what the test says, behind a real server on loopback. */
public final class FakeFiles implements AutoCloseable {
  /** Small, so that a file of a few bytes takes several. */
  public static final int CHUNK = 4;

  private final Server server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile int chunksOfACall = Integer.MAX_VALUE;
  private volatile int damagedCalls;

  public FakeFiles() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new Service())
            .build()
            .start();
  }

  /** A client of it. The caller closes it. */
  public FileClient client() {
    return FileClient.of(
        new WorkerAddress.Tcp("127.0.0.1", server.getPort()),
        new SessionId("run"),
        Secret.of("token"),
        System::nanoTime);
  }

  /** Has a file. */
  public void put(String path, byte[] content) {
    files.put(path, content);
  }

  /** What was brought, as far as it was. */
  public byte[] get(String path) {
    return files.get(path);
  }

  /** Breaks each call, as a connection does, when it has moved so many chunks. */
  public void breakAfter(int chunks) {
    chunksOfACall = chunks;
  }

  /** So many calls have chunks that are not what was sent. */
  public void damage(int calls) {
    damagedCalls = calls;
  }

  /** Calls that moved something or tried to. */
  public int calls() {
    return calls.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static int crc(byte[] chunk) {
    CRC32C crc = new CRC32C();
    crc.update(chunk);
    return (int) crc.getValue();
  }

  private final class Service extends DataServiceGrpc.DataServiceImplBase {
    @Override
    public void download(DownloadRequest request, StreamObserver<DownloadResponse> out) {
      byte[] file = files.get(request.getPath());
      if (file == null) {
        out.onError(Status.NOT_FOUND.withDescription("no such file").asRuntimeException());
        return;
      }
      boolean damaged = calls.incrementAndGet() <= damagedCalls;
      int position = (int) request.getOffset();
      for (int chunks = 0; chunks < chunksOfACall && position < file.length; chunks++) {
        byte[] chunk = Arrays.copyOfRange(file, position, Math.min(position + CHUNK, file.length));
        out.onNext(
            DownloadResponse.newBuilder()
                .setChunk(ByteString.copyFrom(chunk))
                .setChunkCrc32C(crc(chunk) + (damaged ? 1 : 0))
                .setTotalBytes(file.length)
                .build());
        position += chunk.length;
      }
      if (position < file.length) {
        out.onError(Status.UNAVAILABLE.asRuntimeException());
      } else {
        out.onCompleted();
      }
    }

    @Override
    public StreamObserver<UploadRequest> upload(StreamObserver<UploadResponse> out) {
      return new Arriving(out, calls.incrementAndGet() <= damagedCalls);
    }

    @Override
    public void getUpload(GetUploadRequest request, StreamObserver<GetUploadResponse> out) {
      byte[] file = files.getOrDefault(request.getPath(), new byte[0]);
      out.onNext(GetUploadResponse.newBuilder().setBytes(file.length).build());
      out.onCompleted();
    }
  }

  /** One upload call. */
  private final class Arriving implements StreamObserver<UploadRequest> {
    private final StreamObserver<UploadResponse> out;
    private final boolean damaged;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private UploadTarget target = UploadTarget.getDefaultInstance();
    private int chunks;

    Arriving(StreamObserver<UploadResponse> out, boolean damaged) {
      this.out = out;
      this.damaged = damaged;
    }

    @Override
    public void onNext(UploadRequest request) {
      if (chunks > chunksOfACall) {
        return;
      }
      if (request.hasTarget()) {
        target = request.getTarget();
        byte[] before = files.getOrDefault(target.getPath(), new byte[0]);
        bytes.write(before, 0, (int) target.getOffset());
        return;
      }
      if (damaged) {
        chunks = Integer.MAX_VALUE;
        files.remove(target.getPath());
        out.onError(Status.DATA_LOSS.asRuntimeException());
        return;
      }
      bytes.writeBytes(request.getChunk().toByteArray());
      files.put(target.getPath(), bytes.toByteArray());
      chunks++;
      if (chunks == chunksOfACall && bytes.size() < target.getTotalBytes()) {
        chunks = Integer.MAX_VALUE;
        out.onError(Status.UNAVAILABLE.asRuntimeException());
      }
    }

    @Override
    public void onError(Throwable gone) {
      chunks = Integer.MAX_VALUE;
    }

    @Override
    public void onCompleted() {
      if (chunks <= chunksOfACall) {
        out.onNext(UploadResponse.newBuilder().setBytes(bytes.size()).build());
        out.onCompleted();
      }
    }
  }
}
