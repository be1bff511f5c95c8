package dev.osiris.worker.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.step.ConnectionSpec;
import dev.osiris.unit.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {

  private final Redaction redaction = new Redaction();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hunter2   | login of hunter2 with hunter2.    | login of *** with ***.
          p@ss w/d  | at p@ss w/d, p%40ss+w%2Fd         | at ***, ***
          p@ss w/d  | at p%40ss%20w%2Fd and p%40ss+w%2fd| at *** and ***
          a$1\\d[x] | it is a$1\\d[x]!                  | it is ***!
          abc       | abc, (abc) "abc" abcd xabc a_abc  | ***, (***) "***" abcd xabc a_abc
          über      | das überall                       | das ***all
          x         | nothing to see                    | nothing to see
          """)
  void secret_isMasked(String secret, String text, String expected) {
    learn(secret);

    assertThat(redaction.in(text)).isEqualTo(expected);
  }

  @Test
  void longerSecret_goesFirst_soThatNoRestOfItStays() {
    learn("pass");
    learn("password-of-more");

    assertThat(redaction.in("a password-of-more, a pass")).isEqualTo("a ***, a ***");
  }

  @Test
  void keyOfSeveralLines_isMaskedLineByLine() {
    learn(
        "-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG\nAAAAB3NzaC1yc2EAAAAD\n-----END-----\n");

    assertThat(redaction.in("MIIEvgIBADANBgkqhkiG")).isEqualTo("***");
    assertThat(redaction.in("AAAAB3NzaC1yc2EAAAAD -----END-----")).isEqualTo("*** -----END-----");
  }

  @Test
  void valuesOfAConfiguration_areMaskedAtEveryLevel() {
    learn("hunter2");

    assertThat(
            redaction.inValue(Map.of("a", List.of("is hunter2", 7L), "hunter2", Map.of("b", true))))
        .isEqualTo(Map.of("a", List.of("is ***", 7L), "***", Map.of("b", true)));
  }

  @Test
  void forgotten_isNotMasked_andAnEmptySecretNever() {
    learn("");
    learn("hunter2");
    redaction.forget();

    assertThat(redaction.in("hunter2")).isEqualTo("hunter2");
  }

  private void learn(String secret) {
    redaction.learn(
        new ConnectionSpec("postgres", "main", Map.of(), Map.of("password", Secret.of(secret))));
  }
}
