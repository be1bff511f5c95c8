package dev.osiris.unit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {

  @Test
  void secret_neverPrintsItself() {
    Secret secret = Secret.of("hunter2-canary");

    assertThat(secret.toString()).doesNotContain("hunter2");
    assertThat(String.valueOf(new Holder(secret))).doesNotContain("hunter2");
    assertThat(secret.reveal()).isEqualTo("hunter2-canary");
  }

  @Test
  void matches_tellsEqualFromDifferent() {
    assertThat(Secret.of("a").matches("a")).isTrue();
    assertThat(Secret.of("a").matches("ab")).isFalse();
    assertThat(Secret.of("ä")).isEqualTo(Secret.of("ä")).isNotEqualTo(Secret.of("a"));
  }

  private record Holder(Secret secret) {}
}
