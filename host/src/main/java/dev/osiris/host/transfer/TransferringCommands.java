package dev.osiris.host.transfer;

import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionLost;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Uploads before a step and fetches after it; to whoever dispatches steps all of it is the step.
 * Safe between threads.
 */
final class TransferringCommands implements SessionCommands {
  private final SessionCommands session;
  private final CompletableFuture<SessionLost> ended;
  private final StepTransfer transfer;
  private final Map<Key, StepLegs> underWay = new ConcurrentHashMap<>();

  private record Key(StepId step, String attempt) {}

  /**
   * @param ended completes when nothing more can come of the session
   */
  TransferringCommands(
      SessionCommands session, CompletableFuture<SessionLost> ended, StepTransfer transfer) {
    this.session = session;
    this.ended = ended;
    this.transfer = transfer;
    var unused = ended.thenAccept(lost -> underWay.values().forEach(legs -> legs.lose(lost)));
  }

  @Override
  public CompletableFuture<StepResult> runStep(StepSpec step) {
    Key key = new Key(step.id(), step.attempt());
    StepLegs legs = new StepLegs(step, session, transfer);
    underWay.put(key, legs);
    CompletableFuture<StepResult> result = legs.result();
    // Not what this returns: that future would wrap the SessionLost.
    var unused = result.whenComplete((end, lost) -> underWay.remove(key, legs));
    Thread.ofVirtual().name("transfer-" + step.id()).start(legs);
    if (ended.isDone()) {
      legs.lose(ended.join());
    }
    return result;
  }

  @Override
  public void cancelStep(StepId step, String attempt) {
    StepLegs legs = underWay.get(new Key(step, attempt));
    if (legs == null) {
      session.cancelStep(step, attempt);
    } else {
      legs.cancel();
    }
  }

  @Override
  public void release(List<StepId> steps) {
    session.release(steps);
    try {
      transfer.release(steps);
    } catch (IOException e) {
      throw new UncheckedIOException("a file that nobody reads any more cannot be deleted", e);
    }
  }
}
