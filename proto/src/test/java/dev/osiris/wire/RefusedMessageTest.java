package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Command;
import dev.osiris.step.StepSpec;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureOwner;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no version of the protocol allows is refused with the field's name. */
class RefusedMessageTest {

  private static final String RUN = "step_id: 'a' attempt: '1' component: 'x.y' config_json: '{}' ";
  private static final String OPEN =
      "protocol { min: 1 max: 1 } session_id: 's' project_dir: '/p' ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "open_session { session_id: 's' project_dir: '/p' }|open_session.protocol",
        "open_session { protocol { min: 2 max: 1 } }|open_session.protocol",
        "open_session { protocol { min: 1 max: 4294967295 } }|open_session.protocol",
        "open_session { protocol { min: 1 max: 1 } session_id: '../x' }|open_session.session_id",
        "open_session { protocol { min: 1 max: 1 } session_id: 's' project_dir: 'p' }|open_session.project_dir",
        "open_session { OPEN grants { path: '/a' } grants { path: 'b' } }|open_session.grants[1].path",
        "open_session { OPEN lease { seconds: -1 } }|open_session.lease",
        "open_session { OPEN lease { nanos: -1 } }|open_session.lease",
        "open_session { OPEN disk_limit_bytes: 18446744073709551615 }|open_session.disk_limit_bytes",
        "attach_session { session_id: '' }|attach_session.session_id",
        "attach_session { session_id: 's' }|attach_session.protocol",
        "attach_session { session_id: 's' after_sequence: 9223372036854775808 }|attach_session.after_sequence",
        "run_step { step_id: '../a' }|run_step.step_id",
        "run_step { step_id: 'a' attempt: 'a b' }|run_step.attempt",
        "run_step { step_id: 'a' attempt: '' }|run_step.attempt",
        "run_step { step_id: 'a' attempt: '1' }|run_step.component",
        "run_step { RUN base_dir: 'x' }|run_step.base_dir",
        "run_step { RUN inputs { name: 'l' step_id: 'b' } inputs { name: 'l' step_id: 'c' } }|run_step.inputs[1].name",
        "run_step { RUN inputs { step_id: 'b' } }|run_step.inputs[0].name",
        "run_step { RUN inputs { name: 'l' step_id: '.' } }|run_step.inputs[0].step_id",
        "run_step { RUN resources { threads: 4294967295 } }|run_step.resources.threads",
        "run_step { RUN resources { memory_bytes: 9223372036854775808 } }|run_step.resources.memory_bytes",
        "run_step { RUN timeout { } }|run_step.timeout",
        "run_step { RUN timeout { seconds: 999999999999999 } }|run_step.timeout",
        "run_step { RUN connection { } }|run_step.connection.family",
        "cancel_step { step_id: 'a' }|cancel_step.attempt",
        "release_outputs { step_ids: 'a' step_ids: 'NUL' }|release_outputs.step_ids[1]",
        "acknowledge { sequence: 9223372036854775808 }|acknowledge.sequence",
      })
  void command_isRefused_whenAFieldIsNotLegal(String text, String field) {
    assertThatThrownBy(() -> CommandCodec.decode(request(text)))
        .isInstanceOfSatisfying(
            WireException.class, refused -> assertThat(refused.field()).isEqualTo(field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "step_accepted { step_id: 'a' attempt: '1' digest: 'ABC' }|step_accepted.digest",
        "output_published { step_id: 'a' attempt: '1' outputs { duckdb_path: 'data/b.duckdb' } }|output_published.outputs.duckdb_path",
        "output_published { step_id: 'a' attempt: '1' outputs { duckdb_path: '/data/a.duckdb' } }|output_published.outputs.duckdb_path",
        "output_published { step_id: 'a' attempt: '1' outputs { tables { name: 'main' } } }|output_published.outputs.duckdb_path",
        "output_published { step_id: 'a' attempt: '1' outputs { files { name: 'f' path: 'artifacts/a/../../f' } } }|output_published.outputs.files[0].path",
        "output_published { step_id: 'a' attempt: '1' outputs { files { name: 'f' path: 'artifacts/b/f' } } }|output_published.outputs.files[0].path",
        "step_succeeded { step_id: 'a' attempt: '1' written { rows: 9223372036854775808 } }|step_succeeded.written[0].rows",
        "step_failed { step_id: 'a' attempt: '1' failure { code: 999 owner: 77 } }|step_failed.failure.owner",
        "step_failed { step_id: 'a' attempt: '1' }|step_failed.failure.owner",
        "step_failed { step_id: 'a' attempt: '1' failure { code: 100 location { rejects_path: '/etc/passwd' } } }|step_failed.failure.location.rejects_path",
        "log_written { level: 9 message: 'm' }|log_written.level",
        "log_written { message: 'm' }|log_written.level",
        "metric_reported { step_id: 'a' attempt: '1' }|metric_reported.name",
        "session_opened { session_id: 's' supported { min: 1 max: 1 } components { name: 'a' } }|session_opened.components[0].spec_yaml",
        "telemetry_dropped { events: 9223372036854775808 }|telemetry_dropped.events",
      })
  void event_isRefused_whenAFieldIsNotLegal(String text, String field) {
    assertThatThrownBy(() -> EventCodec.decode(response("sequence: 1 " + text)))
        .isInstanceOfSatisfying(
            WireException.class, refused -> assertThat(refused.field()).isEqualTo(field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|must be a JSON object",
        "null|must be a JSON object",
        "{'a': 1|not JSON",
        "{'a': 1} {}|goes on",
        "{'a': 1, 'a': 2}|not JSON",
        "{'a': 9223372036854775808}|beyond 64 bits",
        "{'a': 1e999}|beyond a double's range",
        "{'a': NaN}|not JSON",
        "{'a': '\\ud800'}|half of a surrogate pair",
        "{'\\ud800': 1}|not JSON",
      })
  void config_isRefused_whenItIsNoPlainJsonObject(String json, String problem) {
    assertThatThrownBy(() -> ConfigJson.read("config", json.replace('\'', '"')))
        .isInstanceOf(WireException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void config_isRefusedWithoutBeingQuoted_whenItIsBroken() {
    assertThatThrownBy(() -> ConfigJson.read("config", "{\"password\": \"canary-1\" oops}"))
        .hasMessageNotContaining("canary")
        .hasMessageNotContaining("oops")
        .hasMessageContaining("line 1");
  }

  @Test
  void config_isRefused_whenItIsDeepOrLarge() {
    String deep = "{\"a\":" + "[".repeat(70) + "]".repeat(70) + "}";
    String large = "{\"a\":\"" + "x".repeat(512 << 10) + "\"}";

    assertThatThrownBy(() -> ConfigJson.read("config", deep)).isInstanceOf(WireException.class);
    assertThatThrownBy(() -> ConfigJson.read("config", large))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("bytes and may have 524288");
  }

  @Test
  void config_keepsItsTypes_whenNumbersAreMixed() {
    Map<String, ?> config =
        ConfigJson.read("config", "{\"a\": 1, \"b\": 1.0, \"c\": -0, \"d\": 1e2}");

    assertThat(config).isEqualTo(Map.of("a", 1L, "b", 1.0, "c", 0L, "d", 100.0));
  }

  @Test
  void command_isRefusedBeforeItIsSent_whenItIsTooLarge() {
    StepSpec large =
        new StepSpec(
            Samples.LOAD,
            "1",
            "x.y",
            Map.of("query", "x".repeat(600 << 10)),
            Map.of(),
            null,
            StepSpec.Resources.DEFAULT,
            null);

    assertThatThrownBy(() -> CommandCodec.encode("c", new Command.RunStep(large)))
        .isInstanceOf(WireException.class)
        .hasMessageStartingWith("run_step.config_json has 614412 bytes");
    assertThatThrownBy(() -> CommandCodec.encode("x".repeat(129), new Command.Ping()))
        .isInstanceOf(WireException.class)
        .hasMessageStartingWith("command_id");
  }

  @Test
  void config_isADefect_whenItHoldsWhatJsonCannot() {
    for (Object value : List.of(1, 1.5f, Double.NaN, 'c')) {
      assertThatThrownBy(() -> ConfigJson.write(Map.of("a", value)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FAILURE_OWNER_USER, CONFIG_INVALID",
    "FAILURE_OWNER_EXTERNAL, REMOTE_FAILED",
    "FAILURE_OWNER_RESOURCES, LIMIT_REACHED",
    "FAILURE_OWNER_INTERNAL, INTERNAL_ERROR"
  })
  void failure_goesByItsOwner_whenTheCodeIsOfALaterVersion(FailureOwner owner, FailureCode code) {
    Failure later = Failure.newBuilder().setCodeValue(399).setOwner(owner).setMessage("m").build();

    assertThat(FailureCodec.decode("failure", later).code()).isEqualTo(code);
    assertThat(FailureCodec.decode("failure", later).message())
        .isEqualTo("failure code 399, which this version does not know: m");
  }

  @Test
  void texts_loseWhatMovesATerminal_andKeepTheRest() {
    Failure hostile =
        Failure.newBuilder().setCodeValue(100).setMessage("a\u001b[2J\u0007b\nc\tž\u009b").build();

    assertThat(FailureCodec.decode("failure", hostile).message()).isEqualTo("a[2Jb\nc\tž");
  }

  private static RunSessionRequest request(String text) {
    try {
      return TextFormat.parse(
          text.replace("RUN ", RUN).replace("OPEN ", OPEN), RunSessionRequest.class);
    } catch (TextFormat.ParseException wrong) {
      throw new AssertionError(text, wrong);
    }
  }

  private static RunSessionResponse response(String text) {
    try {
      return TextFormat.parse(text, RunSessionResponse.class);
    } catch (TextFormat.ParseException wrong) {
      throw new AssertionError(text, wrong);
    }
  }
}
