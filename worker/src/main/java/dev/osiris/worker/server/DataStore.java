package dev.osiris.worker.server;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureOwner;
import dev.osiris.session.SessionId;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.wire.WireLimits;
import dev.osiris.worker.disk.DiskBudget;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.disk.Uploads;
import dev.osiris.worker.duckdb.DuckDb;
import dev.osiris.worker.duckdb.InputRelations;
import dev.osiris.worker.duckdb.SessionQuery;
import dev.osiris.worker.duckdb.Share;
import dev.osiris.worker.session.ProtocolViolation;
import dev.osiris.worker.session.PublishedOutputs;
import dev.osiris.worker.session.Session;
import dev.osiris.worker.session.SessionFiles;
import dev.osiris.worker.session.SessionSlot;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Published data of the sessions below the session root, open or not. */
public final class DataStore {

  private static final long MAX_BYTES = 2L << 20;

  private final Path sessionRoot;
  private final DuckDb duckdb;
  private final Share share;
  private final AtomicReference<@Nullable Continued> continued = new AtomicReference<>();

  /** A session that a host brings back before it opens it; one at a time, as a worker has one. */
  private record Continued(SessionId session, Uploads uploads) {}

  /**
   * Looks into sessions.
   *
   * @param share what a look may use
   */
  public DataStore(Path sessionRoot, DuckDb duckdb, Share share) {
    this.sessionRoot = sessionRoot;
    this.duckdb = duckdb;
    this.share = share;
  }

  SessionQuery.Answer table(SessionId id, SessionSlot slot, String step, String table, int limit)
      throws IOException {
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
    InputRelations relations = relations(id, Map.of(stepId, published));
    String relation =
        relations.tables().stream()
            .filter(found -> table.isEmpty() || found.table().equals(table))
            .findFirst()
            .orElseThrow()
            .relation();
    return new SessionQuery(duckdb, relations, share).preview(relation, limit, MAX_BYTES);
  }

  SessionQuery.Answer query(SessionId id, SessionSlot slot, String sql, int limit)
      throws IOException {
    InputRelations relations = relations(id, outputs(id, slot));
    return new SessionQuery(duckdb, relations, share).run(sql, limit, MAX_BYTES);
  }

  private InputRelations relations(SessionId id, Map<StepId, StepOutputs> outputs)
      throws IOException {
    Path root = directory(id).root();
    List<InputRelations.Source> sources = new ArrayList<>();
    outputs.forEach((step, published) -> {
      String path = published.duckdbPath();
      if (path != null) {
        sources.add(
            new InputRelations.Source(step.value(), root.resolve(path), published.tables()));
      }
    });
    return InputRelations.of(sources);
  }

  SessionFiles files(SessionId id, SessionSlot slot) throws IOException {
    Optional<Session> open = slot.session(id);
    if (open.isPresent()) {
      return open.get().files();
    }
    if (slot.over()) {
      throw ProtocolViolation.notFound("the session is not open, and this worker opens no other");
    }
    return new SessionFiles(directory(id), null, continued(id).uploads());
  }

  private Continued continued(SessionId id) {
    return Objects.requireNonNull(
        continued.updateAndGet(known ->
            known != null && known.session().equals(id)
                ? known
                : new Continued(id, new Uploads(DiskBudget.of(WireLimits.DISK)))));
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
    return open.isPresent() ? open.get().attempts().outputs() : PublishedOutputs.of(directory(id));
  }

  private SessionDirectory directory(SessionId id) throws IOException {
    return SessionDirectory.below(sessionRoot, id);
  }

  private static String names(Map<StepId, StepOutputs> outputs) {
    return outputs.isEmpty()
        ? "no outputs"
        : String.join(", ", outputs.keySet().stream().map(StepId::value).toList());
  }
}
