package dev.osiris.wire;

import dev.osiris.unit.Secret;
import io.grpc.Metadata;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The token of a call: {@code authorization: Bearer <token>} in its metadata (RFC 6750). */
public final class BearerToken {

  /** The metadata key. */
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final int RANDOM_BYTES = 32;
  private static final Pattern VALUE = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]{1,512}=*)");

  private BearerToken() {}

  /** A new token: 256 random bits as base64url. */
  public static Secret create(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Metadata with this token and nothing else. */
  public static Metadata metadata(Secret token) {
    Metadata metadata = new Metadata();
    metadata.put(KEY, "Bearer " + token.reveal());
    return metadata;
  }

  /** The token of a call; empty when there is none, more than one, or no well-formed one. */
  public static Optional<Secret> of(Metadata metadata) {
    @Nullable Iterable<String> values = metadata.getAll(KEY);
    if (values == null) {
      return Optional.empty();
    }
    Iterator<String> iterator = values.iterator();
    Matcher matcher = VALUE.matcher(iterator.next());
    return iterator.hasNext() || !matcher.matches()
        ? Optional.empty()
        : Optional.of(Secret.of(matcher.group(1)));
  }
}
