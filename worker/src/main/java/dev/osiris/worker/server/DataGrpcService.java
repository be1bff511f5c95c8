package dev.osiris.worker.server;

import dev.osiris.session.SessionId;
import dev.osiris.unit.Secret;
import dev.osiris.wire.v1.Cell;
import dev.osiris.wire.v1.Column;
import dev.osiris.wire.v1.DataServiceGrpc;
import dev.osiris.wire.v1.DownloadRequest;
import dev.osiris.wire.v1.DownloadResponse;
import dev.osiris.wire.v1.GetUploadRequest;
import dev.osiris.wire.v1.GetUploadResponse;
import dev.osiris.wire.v1.PreviewRequest;
import dev.osiris.wire.v1.PreviewResponse;
import dev.osiris.wire.v1.RemoveUploadRequest;
import dev.osiris.wire.v1.RemoveUploadResponse;
import dev.osiris.wire.v1.Row;
import dev.osiris.wire.v1.UploadRequest;
import dev.osiris.wire.v1.UploadResponse;
import dev.osiris.worker.duckdb.SessionQuery;
import dev.osiris.worker.session.ProtocolViolation;
import dev.osiris.worker.session.SessionFiles;
import dev.osiris.worker.session.SessionSlot;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looking at data and moving files. The only place where rows leave the worker, and only on
 * request.
 */
final class DataGrpcService extends DataServiceGrpc.DataServiceImplBase {

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

  @Override
  public void preview(PreviewRequest request, StreamObserver<PreviewResponse> out) {
    Calls.guarded(
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
    Download download =
        new Download((ServerCallStreamObserver<DownloadResponse>) responses, request);
    Calls.guarded(
        responses,
        () -> {
          SessionId id = readable(request.getSessionId());
          Path file = data.files(id, slot).fetch(request.getPath());
          // gRPC makes the ready call only when this method has returned.
          Thread.ofVirtual()
              .name("download")
              .start(() -> Calls.guarded(responses, () -> download.send(file)));
        });
  }

  @Override
  public StreamObserver<UploadRequest> upload(StreamObserver<UploadResponse> out) {
    Secret token = Tokens.presented();
    return new UploadCall(
        out,
        session -> {
          SessionId id = new SessionId(session);
          tokens.requireOwner(id, token);
          return data.files(id, slot);
        });
  }

  @Override
  public void getUpload(GetUploadRequest request, StreamObserver<GetUploadResponse> out) {
    Calls.guarded(
        out,
        () -> {
          SessionFiles files = data.files(readable(request.getSessionId()), slot);
          String content =
              request.getSha256().isEmpty() ? request.getUploadId() : request.getSha256();
          Path partial = files.partial(request.getPath(), content);
          out.onNext(
              GetUploadResponse.newBuilder().setBytes(files.uploads().arrived(partial)).build());
          out.onCompleted();
        });
  }

  @Override
  public void removeUpload(RemoveUploadRequest request, StreamObserver<RemoveUploadResponse> out) {
    Calls.guarded(
        out,
        () -> {
          data.files(readable(request.getSessionId()), slot).remove(request.getPath());
          out.onNext(RemoveUploadResponse.getDefaultInstance());
          out.onCompleted();
        });
  }

  private SessionId readable(String session) {
    SessionId id = new SessionId(session);
    tokens.requireOwner(id, Tokens.presented());
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
