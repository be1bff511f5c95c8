package dev.osiris.e2e.harness.wire;

import com.google.protobuf.util.Durations;
import dev.osiris.e2e.harness.Json;
import dev.osiris.wire.v1.AttachSession;
import dev.osiris.wire.v1.CancelStep;
import dev.osiris.wire.v1.CleanUp;
import dev.osiris.wire.v1.Grant;
import dev.osiris.wire.v1.OpenSession;
import dev.osiris.wire.v1.Ping;
import dev.osiris.wire.v1.ProtocolVersions;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Messages as a host sends them, each with a command id of its own. */
public final class Commands {

  private static final AtomicLong NEXT = new AtomicLong();
  private static final ProtocolVersions PROTOCOL =
      ProtocolVersions.newBuilder().setMin(1).setMax(1).build();

  private Commands() {}

  /** A command without content, to be filled. */
  public static RunSessionRequest.Builder empty() {
    return RunSessionRequest.newBuilder().setCommandId("c" + NEXT.incrementAndGet());
  }

  /** Opens a session whose project folder may be read and written. */
  public static RunSessionRequest open(String session, Path project) {
    return empty().setOpenSession(openSession(session, project)).build();
  }

  /** The message inside {@link #open}. */
  public static OpenSession.Builder openSession(String session, Path project) {
    return OpenSession.newBuilder()
        .setProtocol(PROTOCOL)
        .setSessionId(session)
        .setProjectDir(project.toString())
        .setLease(Durations.fromMillis(Duration.ofMinutes(5).toMillis()))
        .addGrants(Grant.newBuilder().setPath(project.toString()).setWritable(true));
  }

  public static RunSessionRequest attach(String session, long after) {
    return empty()
        .setAttachSession(
            AttachSession.newBuilder()
                .setProtocol(PROTOCOL)
                .setSessionId(session)
                .setAfterSequence(after))
        .build();
  }

  public static RunSessionRequest run(RunStep step) {
    return empty().setRunStep(step).build();
  }

  public static RunSessionRequest run(RunStep.Builder step) {
    return run(step.build());
  }

  public static RunSessionRequest cancel(String step, String attempt) {
    return empty()
        .setCancelStep(CancelStep.newBuilder().setStepId(step).setAttempt(attempt))
        .build();
  }

  public static RunSessionRequest ping() {
    return empty().setPing(Ping.getDefaultInstance()).build();
  }

  public static RunSessionRequest cleanUp() {
    return empty().setCleanUp(CleanUp.getDefaultInstance()).build();
  }

  /** The first attempt of a step. */
  public static RunStep.Builder step(String id, String component, String configJson) {
    return RunStep.newBuilder()
        .setStepId(id)
        .setAttempt("1")
        .setComponent(component)
        .setConfigJson(configJson);
  }

  /** A step that runs a query over the outputs of other steps, each under its id. */
  public static RunStep.Builder sql(String id, String query, String... needs) {
    RunStep.Builder step = step(id, "duckdb.processor", Json.object("query", query));
    for (String need : needs) {
      step.addInputs(input(need, need, ""));
    }
    return step;
  }

  /**
   * A query that keeps one thread busy for a long time, and stops at once when it is interrupted.
   */
  public static RunStep.Builder endless(String id) {
    return sql(id, endlessQuery());
  }

  /** The query of {@link #endless}. */
  public static String endlessQuery() {
    return "SELECT count(*) AS n FROM range(3000000) a, range(3000000) b WHERE (a.range * b.range) % 7 = 8";
  }

  public static StepInput input(String name, String step, String output) {
    return StepInput.newBuilder().setName(name).setStepId(step).setOutput(output).build();
  }
}
