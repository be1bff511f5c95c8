package dev.osiris.wire;

import dev.osiris.failure.FailureCode;
import io.grpc.Metadata;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The number of a failure beside a gRPC status, in the trailer {@code osiris-failure}: a status
 * alone does not tell a full disk from a limit.
 */
public final class FailureTrailer {

  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("osiris-failure", Metadata.ASCII_STRING_MARSHALLER);

  private FailureTrailer() {}

  public static Metadata of(FailureCode code) {
    Metadata trailers = new Metadata();
    trailers.put(KEY, Integer.toString(code.number()));
    return trailers;
  }

  /** The code that came; empty for none, and for one that is not known here. */
  public static Optional<FailureCode> read(@Nullable Metadata trailers) {
    String number = trailers == null ? null : trailers.get(KEY);
    return Arrays.stream(FailureCode.values())
        .filter(code -> Integer.toString(code.number()).equals(number))
        .findFirst();
  }
}
