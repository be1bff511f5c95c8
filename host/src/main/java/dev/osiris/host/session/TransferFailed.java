package dev.osiris.host.session;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.unit.DurationText;
import dev.osiris.wire.FailureTrailer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A file could not be brought to the worker or from it; the failure says why and what to do. */
public final class TransferFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private final boolean missing;

  private TransferFailed(Failure failure, boolean missing, @Nullable Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
    this.missing = missing;
  }

  /** What this host found wrong. */
  public TransferFailed(Failure failure, @Nullable Throwable cause) {
    this(failure, false, cause);
  }

  /** The worker refused. */
  static TransferFailed refused(String file, Status status, @Nullable Metadata trailers) {
    FailureCode code =
        FailureTrailer.read(trailers)
            .orElse(
                switch (status.getCode()) {
                  case RESOURCE_EXHAUSTED -> FailureCode.LIMIT_REACHED;
                  case DATA_LOSS -> FailureCode.DATA_CORRUPT;
                  default -> FailureCode.INTERNAL_ERROR;
                });
    String said = status.getDescription();
    Failure failure =
        Failure.of(
                code,
                "'"
                    + file
                    + "' could not be transferred: "
                    + (said == null ? "the worker said " + status.getCode() : said))
            .inFile(file);
    return new TransferFailed(failure, status.getCode() == Status.Code.NOT_FOUND, null);
  }

  /** The connection broke and could not be had again. */
  static TransferFailed unreachable(String file, Duration tried, Status last) {
    return new TransferFailed(
        Failure.of(
                FailureCode.CONNECTION_FAILED,
                "'"
                    + file
                    + "' could not be transferred: for "
                    + DurationText.of(tried)
                    + " no byte got through ("
                    + last.getCode()
                    + ")")
            .inFile(file)
            .advise("check the network between this machine and the worker, then run again"),
        null);
  }

  /** What arrived is not what was sent, again and again. */
  static TransferFailed damaged(String file) {
    return new TransferFailed(
        Failure.of(FailureCode.DATA_CORRUPT, "'" + file + "' does not arrive undamaged")
            .inFile(file)
            .advise("check the network and the disks of both machines, then run again"),
        null);
  }

  public Failure failure() {
    return failure;
  }

  /** Whether the worker has no such file. */
  public boolean isMissing() {
    return missing;
  }
}
