package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.OutputTable;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepSucceeded;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * Steps of a session that read by a cursor, one after the other; what each gets as its state, a
 * host would keep.
 *
 * @param step of an id and a configuration in JSON
 */
record Readings(RawSession session, BiFunction<String, String, RunStep.Builder> step) {

  /** The state of a first run. */
  static final String NONE = "";

  private static final AtomicInteger NEXT = new AtomicInteger();

  /**
   * What a step left.
   *
   * @param ids of its rows in the order of the table; empty when there are many
   * @param state as the next step gets it
   */
  record Reading(String step, String ids, long rows, List<String> columns, String state) {}

  /** A configuration with single quotes in place of double ones. */
  Reading read(String config, String state) {
    return read(nextId(), config, state);
  }

  Reading read(String id, String config, String state) {
    StepSucceeded done = session.succeed(step(id, config, state));
    assertThat(done.getOutputs().getTablesCount()).isEqualTo(1);
    OutputTable table = done.getOutputs().getTables(0);
    assertThat(table.getName()).isEqualTo("main");
    String ids =
        table.getRows() > 100
            ? ""
            : String.join(
                ",",
                session.query("SELECT id FROM \"" + id + "\"").stream()
                    .map(List::getFirst)
                    .toList());
    return new Reading(
        id,
        ids,
        table.getRows(),
        table.getColumnsList().stream().map(c -> c.getName() + " " + c.getType()).toList(),
        done.getOutputs().getStateJson());
  }

  Failure fail(String config, String state) {
    return session.fail(step(nextId(), config, state)).getFailure();
  }

  static String nextId() {
    return "s" + NEXT.incrementAndGet();
  }

  /** Lines that a step has told. */
  List<String> logs(String step) {
    return session.stream().received().stream()
        .filter(RunSessionResponse::hasLogWritten)
        .map(RunSessionResponse::getLogWritten)
        .filter(log -> log.getStepId().equals(step))
        .map(log -> log.getMessage())
        .toList();
  }

  /** How often a step has gone on in another session of the server. */
  long resumed(String step) {
    return session.stream().received().stream()
        .filter(RunSessionResponse::hasDriverReported)
        .map(RunSessionResponse::getDriverReported)
        .filter(report -> report.getStepId().equals(step))
        .filter(report -> report.getName().equals("reading_resumed"))
        .count();
  }

  private RunStep.Builder step(String id, String config, String state) {
    return step.apply(id, config.replace('\'', '"')).setStateJson(state);
  }
}
