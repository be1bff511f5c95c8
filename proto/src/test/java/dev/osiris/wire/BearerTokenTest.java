package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.unit.Secret;
import io.grpc.Metadata;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {

  @Test
  void token_comesBack_throughMetadata() {
    Secret token = BearerToken.create(new SecureRandom());

    assertThat(BearerToken.of(BearerToken.metadata(token))).contains(token);
    assertThat(token.reveal()).hasSize(43);
    assertThat(BearerToken.create(new SecureRandom())).isNotEqualTo(token);
  }

  @Test
  void scheme_isReadWithoutRegardToCase() {
    assertThat(BearerToken.of(header("bEARER  abc="))).contains(Secret.of("abc="));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Bearer", "Bearer ", "abc", "Basic abc", "Bearer a b", "Bearer \u0007"})
  void token_isAbsent_whenTheHeaderIsNotWellFormed(String header) {
    assertThat(BearerToken.of(header(header))).isEmpty();
  }

  @Test
  void token_isAbsent_whenThereIsNoneOrMoreThanOne() {
    Metadata two = header("Bearer a");
    two.put(BearerToken.KEY, "Bearer b");

    assertThat(BearerToken.of(new Metadata())).isEmpty();
    assertThat(BearerToken.of(two)).isEmpty();
  }

  private static Metadata header(String value) {
    Metadata metadata = new Metadata();
    metadata.put(BearerToken.KEY, value);
    return metadata;
  }
}
