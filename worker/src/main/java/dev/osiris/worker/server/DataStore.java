package dev.osiris.worker.server;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureOwner;
import dev.osiris.session.SessionId;
import dev.osiris.step.Column;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.session.ProtocolViolation;
import dev.osiris.worker.session.PublishedOutputs;
import dev.osiris.worker.session.Session;
import dev.osiris.worker.session.SessionFiles;
import dev.osiris.worker.session.SessionSlot;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Published data of the sessions below the session root, open or not. */
public final class DataStore {

  /** Rows as text; {@code null} cells are NULL. */
  public record Rows(List<Column> columns, List<List<@Nullable String>> rows, boolean truncated) {}

  /** Runs one gated SELECT over published tables. */
  @FunctionalInterface
  public interface Query {
    /**
     * Runs the query in a locked instance.
     *
     * @param outputs published outputs by step; paths in them are relative to {@code directory}
     * @param limit most rows to return
     */
    Rows run(Path directory, Map<StepId, StepOutputs> outputs, String query, int limit) throws IOException;
  }

  private final Path sessionRoot;
  private final Query query;

  public DataStore(Path sessionRoot, Query query) {
    this.sessionRoot = sessionRoot;
    this.query = query;
  }

  Rows table(SessionId id, SessionSlot slot, String step, String table, int limit) throws IOException {
    Map<StepId, StepOutputs> outputs = outputs(id, slot);
    StepId stepId = new StepId(step);
    StepOutputs published = outputs.get(stepId);
    if (published == null || published.tables().isEmpty()) {
      throw ProtocolViolation.notFound(
          "step '" + step + "' has published no table; the session has " + names(outputs));
    }
    List<String> tables = published.tables().stream().map(OutputTable::name).toList();
    if (table.isEmpty() && tables.size() > 1 || !table.isEmpty() && !tables.contains(table)) {
      throw ProtocolViolation.notFound(
          "step '" + step + "' has the tables " + String.join(", ", tables) + "; name one of them");
    }
    String relation = tables.size() == 1 ? quote(step) : quote(step) + "." + quote(table);
    return query.run(directory(id).root(), outputs, "SELECT * FROM " + relation, limit);
  }

  Rows query(SessionId id, SessionSlot slot, String sql, int limit) throws IOException {
    return query.run(directory(id).root(), outputs(id, slot), sql, limit);
  }

  SessionFiles files(SessionId id, SessionSlot slot) throws IOException {
    Optional<Session> open = slot.session(id);
    return open.isPresent() ? open.get().files() : new SessionFiles(directory(id), null);
  }

  /** What a failure of a query means to the caller. */
  static Status statusOf(Failure failure) {
    Status status =
        switch (failure.owner()) {
          case USER -> Status.INVALID_ARGUMENT;
          case EXTERNAL -> Status.UNAVAILABLE;
          case RESOURCES -> Status.RESOURCE_EXHAUSTED;
          case INTERNAL -> Status.DATA_LOSS;
        };
    String advice = failure.advice().isEmpty() ? "" : "; " + failure.advice();
    return status.withDescription(
        failure.owner() == FailureOwner.INTERNAL ? failure.message() : failure.message() + advice);
  }

  private Map<StepId, StepOutputs> outputs(SessionId id, SessionSlot slot) throws IOException {
    Optional<Session> open = slot.session(id);
    return open.isPresent() ? open.get().outputs() : PublishedOutputs.of(directory(id));
  }

  private SessionDirectory directory(SessionId id) throws IOException {
    return SessionDirectory.below(sessionRoot, id);
  }

  private static String names(Map<StepId, StepOutputs> outputs) {
    return outputs.isEmpty()
        ? "no outputs"
        : String.join(", ", outputs.keySet().stream().map(StepId::value).toList());
  }

  private static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
