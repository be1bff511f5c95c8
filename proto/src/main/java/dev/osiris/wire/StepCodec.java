package dev.osiris.wire;

import static dev.osiris.wire.WireFields.attempt;
import static dev.osiris.wire.WireFields.count;
import static dev.osiris.wire.WireFields.orNull;
import static dev.osiris.wire.WireFields.present;
import static dev.osiris.wire.WireFields.stepId;

import dev.osiris.step.Column;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.InputRef;
import dev.osiris.step.OutputFile;
import dev.osiris.step.OutputTable;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepSpec;
import dev.osiris.step.StepState;
import dev.osiris.step.Written;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import dev.osiris.wire.v1.Connection;
import dev.osiris.wire.v1.ResourceRequest;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.Secrets;
import dev.osiris.wire.v1.StepInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a step is asked to do and what it leaves, to and from the wire. */
final class StepCodec {

  private StepCodec() {}

  static RunStep encode(StepSpec spec) {
    String config = ConfigJson.write(spec.config());
    RunStep.Builder message =
        RunStep.newBuilder()
            .setStepId(spec.id().value())
            .setAttempt(spec.attempt())
            .setComponent(spec.component())
            .setConfigJson(config)
            .setBaseDir(WireFields.orEmpty(spec.baseDir()));
    spec.inputs()
        .forEach((name, ref) ->
            message.addInputs(
                StepInput.newBuilder()
                    .setName(name)
                    .setStepId(ref.step().value())
                    .setOutput(WireFields.orEmpty(ref.output()))));
    if (!spec.resources().equals(StepSpec.Resources.DEFAULT)) {
      message.setResources(encode(spec.resources()));
    }
    Duration timeout = spec.timeout();
    if (timeout != null) {
      message.setTimeout(WireFields.duration(timeout));
    }
    ConnectionSpec connection = spec.connection();
    if (connection != null) {
      message.setConnection(encode(connection));
    }
    StepState state = spec.state();
    if (state != null) {
      message.setStateJson(ConfigJson.write(state.values()));
    }
    return message.build();
  }

  static StepSpec decode(RunStep message) {
    StepId id = stepId("run_step.step_id", message.getStepId());
    String baseDir = message.getBaseDir();
    return new StepSpec(
        id,
        attempt("run_step.attempt", message.getAttempt()),
        present("run_step.component", message.getComponent()),
        ConfigJson.read("run_step.config_json", message.getConfigJson()),
        inputs(message.getInputsList()),
        baseDir.isEmpty() ? null : WireFields.absolutePath("run_step.base_dir", baseDir),
        resources(message.getResources()),
        message.hasTimeout() ? timeout(message.getTimeout()) : null,
        message.hasConnection() ? connection(message.getConnection()) : null,
        state("run_step.state_json", message.getStateJson()));
  }

  /** A state is told in full or not at all, so an empty text is none. */
  private static @Nullable StepState state(String field, String json) {
    if (json.isEmpty()) {
      return null;
    }
    long bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > WireLimits.STATE_JSON.bytes()) {
      throw WireException.tooLarge(field, bytes, WireLimits.STATE_JSON.bytes());
    }
    return new StepState(ConfigJson.read(field, json));
  }

  private static Map<String, InputRef> inputs(List<StepInput> messages) {
    Map<String, InputRef> inputs = new LinkedHashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      String field = "run_step.inputs[" + i + "]";
      StepInput message = messages.get(i);
      String name = present(field + ".name", message.getName());
      StepId step = stepId(field + ".step_id", message.getStepId());
      if (inputs.put(name, new InputRef(step, orNull(message.getOutput()))) != null) {
        throw WireException.illegal(field + ".name", "is given twice");
      }
    }
    return inputs;
  }

  private static Duration timeout(com.google.protobuf.Duration message) {
    Duration timeout = WireFields.duration("run_step.timeout", message);
    if (timeout.isZero()) {
      throw WireException.illegal("run_step.timeout", "must be absent or more than zero");
    }
    return timeout;
  }

  private static ResourceRequest encode(StepSpec.Resources resources) {
    ResourceRequest.Builder message = ResourceRequest.newBuilder();
    ByteSize memory = resources.memory();
    if (memory != null) {
      message.setMemoryBytes(memory.bytes());
    }
    Integer threads = resources.threads();
    if (threads != null) {
      message.setThreads(threads);
    }
    return message.build();
  }

  private static StepSpec.Resources resources(ResourceRequest message) {
    ByteSize memory = WireFields.size("run_step.resources.memory_bytes", message.getMemoryBytes());
    int threads = count("run_step.resources.threads", message.getThreads());
    return new StepSpec.Resources(
        memory.bytes() == 0 ? null : memory, threads == 0 ? null : (Integer) threads);
  }

  private static Connection encode(ConnectionSpec connection) {
    Secrets.Builder secrets = Secrets.newBuilder();
    connection.secrets().forEach((name, value) -> secrets.putValues(name, value.reveal()));
    return Connection.newBuilder()
        .setFamily(connection.family())
        .setAlias(connection.alias())
        .putAllFields(connection.fields())
        .setSecrets(secrets)
        .build();
  }

  private static ConnectionSpec connection(Connection message) {
    Map<String, Secret> secrets = new HashMap<>();
    message
        .getSecrets()
        .getValuesMap()
        .forEach((name, value) -> secrets.put(name, Secret.of(value)));
    return new ConnectionSpec(
        present("run_step.connection.family", message.getFamily()),
        message.getAlias(),
        message.getFieldsMap(),
        secrets);
  }

  static dev.osiris.wire.v1.StepOutputs encode(StepOutputs outputs) {
    dev.osiris.wire.v1.StepOutputs.Builder message =
        dev.osiris.wire.v1.StepOutputs.newBuilder()
            .setDuckdbPath(WireFields.orEmpty(outputs.duckdbPath()));
    for (OutputTable table : outputs.tables()) {
      dev.osiris.wire.v1.OutputTable.Builder tableMessage =
          message.addTablesBuilder().setName(table.name()).setRows(table.rows());
      for (Column column : table.columns()) {
        tableMessage
            .addColumnsBuilder()
            .setName(column.name())
            .setType(column.type())
            .setNullable(column.nullable());
      }
    }
    for (OutputFile file : outputs.files()) {
      message
          .addFilesBuilder()
          .setName(file.name())
          .setPath(file.path())
          .setBytes(file.bytes())
          .setSha256(file.sha256());
    }
    StepState state = outputs.state();
    if (state != null) {
      message.setStateJson(ConfigJson.write(state.values()));
    }
    return message.build();
  }

  /** Outputs lie where outputs of that step must lie, and nowhere else. */
  static StepOutputs decode(String field, StepId step, dev.osiris.wire.v1.StepOutputs message) {
    String path = message.getDuckdbPath();
    if (!path.isEmpty() && !path.equals("data/" + step.value() + ".duckdb")) {
      throw WireException.illegal(field + ".duckdb_path", "must be data/<step_id>.duckdb");
    }
    if (path.isEmpty() && message.getTablesCount() > 0) {
      throw WireException.missing(field + ".duckdb_path");
    }
    return new StepOutputs(
        orNull(path),
        IntStream.range(0, message.getTablesCount())
            .mapToObj(i -> table(field + ".tables[" + i + "]", message.getTables(i)))
            .toList(),
        IntStream.range(0, message.getFilesCount())
            .mapToObj(i -> file(field + ".files[" + i + "]", step, message.getFiles(i)))
            .toList(),
        state(field + ".state_json", message.getStateJson()));
  }

  private static OutputTable table(String field, dev.osiris.wire.v1.OutputTable message) {
    return new OutputTable(
        present(field + ".name", message.getName()),
        count(field + ".rows", message.getRows()),
        message.getColumnsList().stream()
            .map(column -> new Column(column.getName(), column.getType(), column.getNullable()))
            .toList());
  }

  private static OutputFile file(String field, StepId step, dev.osiris.wire.v1.OutputFile message) {
    return new OutputFile(
        present(field + ".name", message.getName()),
        WireFields.pathBelow("artifacts/" + step.value(), field + ".path", message.getPath()),
        count(field + ".bytes", message.getBytes()),
        WireFields.sha256(field + ".sha256", message.getSha256()));
  }

  static dev.osiris.wire.v1.PendingCommit encode(PendingCommit commit) {
    return dev.osiris.wire.v1.PendingCommit.newBuilder()
        .setTarget(commit.target())
        .setRows(commit.rows())
        .setTransaction(commit.transaction())
        .build();
  }

  static PendingCommit decode(String field, dev.osiris.wire.v1.PendingCommit message) {
    String target = WireFields.forPeople(message.getTarget());
    long rows = count(field + ".rows", message.getRows());
    try {
      return new PendingCommit(target, rows, message.getTransaction());
    } catch (IllegalArgumentException refused) {
      throw WireException.illegal(field + ".transaction", "must be printable ASCII, and short");
    }
  }

  static dev.osiris.wire.v1.Written encode(Written written) {
    dev.osiris.wire.v1.Written.Builder message =
        dev.osiris.wire.v1.Written.newBuilder().setTarget(written.target()).setRows(written.rows());
    Long bytes = written.bytes();
    if (bytes != null) {
      message.setBytes(bytes);
    }
    return message.build();
  }

  static Written decode(String field, dev.osiris.wire.v1.Written message) {
    @Nullable Long bytes =
        message.hasBytes() ? (Long) count(field + ".bytes", message.getBytes()) : null;
    return new Written(
        WireFields.forPeople(message.getTarget()),
        count(field + ".rows", message.getRows()),
        bytes);
  }

  static List<Written> decodeAll(String field, List<dev.osiris.wire.v1.Written> messages) {
    return IntStream.range(0, messages.size())
        .mapToObj(i -> decode(field + "[" + i + "]", messages.get(i)))
        .toList();
  }
}
