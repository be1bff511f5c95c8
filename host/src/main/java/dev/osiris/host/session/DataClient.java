package dev.osiris.host.session;

import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.session.SessionId;
import dev.osiris.step.Column;
import dev.osiris.unit.Secret;
import dev.osiris.wire.BearerToken;
import dev.osiris.wire.v1.Cell;
import dev.osiris.wire.v1.DataServiceGrpc;
import dev.osiris.wire.v1.PreviewRequest;
import dev.osiris.wire.v1.PreviewResponse;
import dev.osiris.wire.v1.Row;
import dev.osiris.wire.v1.TableName;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at the tables of a session, open or not. Safe between threads. */
public final class DataClient implements AutoCloseable {
  // 10,000 wide rows are more than a control message may hold.
  private static final int MAX_RESPONSE_BYTES = 64 << 20;
  private static final long DEADLINE_MINUTES = 10;

  private final WorkerConnection connection;
  private final DataServiceGrpc.DataServiceBlockingStub stub;
  private final SessionId session;

  private DataClient(WorkerConnection connection, SessionId session, Secret token) {
    this.connection = connection;
    this.session = session;
    this.stub =
        DataServiceGrpc.newBlockingStub(connection.channel())
            .withMaxInboundMessageSize(MAX_RESPONSE_BYTES)
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(BearerToken.metadata(token)));
  }

  /**
   * Prepares to look.
   *
   * @param token the session's own while it is open in that worker, else the worker's
   */
  public static DataClient of(WorkerAddress worker, SessionId session, Secret token) {
    return new DataClient(WorkerConnection.to(worker), session, token);
  }

  @Override
  public void close() {
    connection.close();
  }

  /**
   * The first rows of a published table.
   *
   * @param table {@code null} for the step's only one
   * @param limit 0 for the worker's default
   * @throws DataRefused when there is no such table, or it cannot be read
   */
  public TableText table(String step, @Nullable String table, int limit) throws DataRefused {
    TableName.Builder name = TableName.newBuilder().setStepId(step);
    if (table != null) {
      name.setTable(table);
    }
    return preview(request(limit).setTable(name).build());
  }

  /**
   * The first rows of one SELECT over the session's tables.
   *
   * @throws DataRefused when the worker refuses the query or it fails
   */
  public TableText query(String sql, int limit) throws DataRefused {
    return preview(request(limit).setQuery(sql).build());
  }

  private PreviewRequest.Builder request(int limit) {
    return PreviewRequest.newBuilder().setSessionId(session.value()).setLimit(limit);
  }

  private TableText preview(PreviewRequest request) throws DataRefused {
    PreviewResponse response;
    try {
      response = stub.withDeadlineAfter(DEADLINE_MINUTES, TimeUnit.MINUTES).preview(request);
    } catch (StatusRuntimeException e) {
      throw refused(e.getStatus());
    }
    List<Column> columns =
        response.getColumnsList().stream()
            .map(column -> new Column(column.getName(), column.getType(), column.getNullable()))
            .toList();
    return new TableText(
        columns,
        response.getRowsList().stream().map(DataClient::cells).toList(),
        response.getTruncated());
  }

  private static List<@Nullable String> cells(Row row) {
    List<@Nullable String> cells = new ArrayList<>();
    for (Cell cell : row.getCellsList()) {
      cells.add(cell.hasText() ? cell.getText() : null);
    }
    return cells;
  }

  private static DataRefused refused(Status status) {
    String text = status.getDescription();
    boolean users =
        switch (status.getCode()) {
          case NOT_FOUND, INVALID_ARGUMENT, FAILED_PRECONDITION -> true;
          default -> false;
        };
    return new DataRefused(text == null ? "the worker said " + status.getCode() : text, users);
  }
}
