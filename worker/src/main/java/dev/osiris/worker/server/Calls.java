package dev.osiris.worker.server;

import dev.osiris.failure.DiskFull;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.wire.FailureTrailer;
import dev.osiris.worker.session.ProtocolViolation;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How calls of the data service end that do not succeed. */
final class Calls {

  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  /** What a call does; whatever it throws becomes a status. */
  interface Work {
    void run() throws IOException;
  }

  private Calls() {}

  /**
   * Runs a part of a call. Every way out becomes a status; texts of the engine stay here.
   *
   * @return whether the call goes on
   */
  static boolean guarded(StreamObserver<?> out, Work work) {
    Status status;
    Metadata trailers = new Metadata();
    try {
      work.run();
      return true;
    } catch (ProtocolViolation violation) {
      status = WorkerGrpcService.statusOf(violation);
    } catch (StepException failure) {
      status = DataStore.statusOf(failure.failure());
      trailers = FailureTrailer.of(failure.failure().code());
    } catch (IllegalArgumentException invalid) {
      status = Status.INVALID_ARGUMENT.withDescription(invalid.getMessage());
    } catch (IOException e) {
      if (DiskFull.isMeantBy(e)) {
        status = DataStore.statusOf(DiskFull.failure());
        trailers = FailureTrailer.of(FailureCode.DISK_FULL);
      } else {
        LOG.warn("a file could not be read or written", e);
        status =
            Status.UNAVAILABLE.withDescription(
                "a file could not be read or written: " + e.getClass().getSimpleName());
      }
    }
    out.onError(status.asRuntimeException(trailers));
    return false;
  }
}
