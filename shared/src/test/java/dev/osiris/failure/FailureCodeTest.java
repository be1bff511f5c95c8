package dev.osiris.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureCodeTest {

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void number_liesInItsOwnersRange(FailureCode code) {
    assertThat(code.number() / 100).isEqualTo(code.owner().ordinal() + 1);
  }

  @Test
  void numbers_areUnique() {
    assertThat(Arrays.stream(FailureCode.values()).map(FailureCode::number))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void usersErrors_areNeverRetryable(FailureCode code) {
    assertThat(code.retryable() && code.owner() == FailureOwner.USER).isFalse();
  }
}
