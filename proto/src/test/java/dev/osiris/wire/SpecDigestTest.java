package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.session.Command;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.step.StepState;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpecDigestTest {

  @Test
  void digest_isStable_acrossVersionsOfThisProduct() {
    assertThat(SpecDigest.of(Samples.plainStep()))
        .isEqualTo("59dde94ccbc4208695e7d9b15f33fd810783c7142ac05055841d84744a117f3c");
  }

  @Test
  void digest_isTheSame_onBothSidesOfTheWire() {
    StepSpec spec = Samples.fullStep();
    ReceivedCommand received =
        CommandCodec.decode(CommandCodec.encode("c", new Command.RunStep(spec)));

    StepSpec arrived = ((Command.RunStep) ((ReceivedCommand.Known) received).command()).step();

    assertThat(SpecDigest.of(arrived)).isEqualTo(SpecDigest.of(spec));
  }

  @Test
  void digest_isTheSame_forAnotherAttemptSecretOrOrderOfKeys() {
    Map<String, @Nullable Object> forwards = new LinkedHashMap<>();
    forwards.put("a", 1L);
    forwards.put("b", Map.of("x", 1L, "y", 2L));
    Map<String, @Nullable Object> backwards = new LinkedHashMap<>();
    backwards.put("b", new LinkedHashMap<>(Map.of("y", 2L, "x", 1L)));
    backwards.put("a", 1L);

    assertThat(SpecDigest.of(step("1", forwards, "one")))
        .isEqualTo(SpecDigest.of(step("2", backwards, "two")));
  }

  @Test
  void digest_differs_whenAnythingElseDiffers() {
    StepSpec spec = Samples.fullStep();
    StepId id = spec.id();
    List<StepSpec> specs = new ArrayList<>();
    specs.add(spec);
    specs.add(with(new StepId("other"), spec.component(), spec.config(), spec));
    specs.add(with(id, "other", spec.config(), spec));
    specs.add(with(id, spec.component(), Map.of("limit", 1L), spec));
    specs.add(with(id, spec.component(), Map.of("limit", 1.0), spec));
    specs.add(with(id, spec.component(), Map.of("limit", "1"), spec));
    specs.add(
        new StepSpec(
            id,
            "1",
            spec.component(),
            spec.config(),
            Map.of("left", new InputRef(id, null)),
            null,
            spec.resources(),
            null));
    specs.add(
        new StepSpec(
            id,
            "1",
            spec.component(),
            spec.config(),
            Map.of("left", new InputRef(id, "x")),
            "/b",
            new StepSpec.Resources(ByteSize.ofMiB(1), null),
            Duration.ofSeconds(1)));
    for (StepState state : Arrays.asList(null, new StepState(Map.of("read_to", 1L)))) {
      specs.add(
          new StepSpec(
              id,
              "1",
              spec.component(),
              spec.config(),
              spec.inputs(),
              null,
              spec.resources(),
              null,
              null,
              state));
    }

    assertThat(specs.stream().map(SpecDigest::of).distinct()).hasSize(specs.size());
  }

  private static StepSpec with(
      StepId id, String component, Map<String, @Nullable Object> config, StepSpec rest) {
    return new StepSpec(
        id,
        rest.attempt(),
        component,
        config,
        rest.inputs(),
        rest.baseDir(),
        rest.resources(),
        rest.timeout(),
        rest.connection());
  }

  private static StepSpec step(
      String attempt, Map<String, @Nullable Object> config, String password) {
    return new StepSpec(
        Samples.LOAD,
        attempt,
        "x.y",
        config,
        Map.of(),
        null,
        StepSpec.Resources.DEFAULT,
        null,
        new ConnectionSpec("mysql", "m", Map.of(), Map.of("password", Secret.of(password))));
  }
}
