package dev.osiris.e2e.badinput;

import static dev.osiris.e2e.harness.wire.Commands.attach;
import static dev.osiris.e2e.harness.wire.Commands.cancel;
import static dev.osiris.e2e.harness.wire.Commands.empty;
import static dev.osiris.e2e.harness.wire.Commands.open;
import static dev.osiris.e2e.harness.wire.Commands.openSession;
import static dev.osiris.e2e.harness.wire.Commands.ping;
import static dev.osiris.e2e.harness.wire.Commands.run;
import static dev.osiris.e2e.harness.wire.Commands.sql;
import static dev.osiris.e2e.harness.wire.Commands.step;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.e2e.harness.wire.RawStream;
import dev.osiris.wire.v1.ProtocolVersions;
import dev.osiris.wire.v1.RunSessionRequest;
import java.util.List;
import java.util.stream.Stream;

/**
 * A conversation that breaks a rule.
 *
 * @param name for people, and the key of its row in {@code docs/errors.md}
 * @param answer the status of the call, or the code of a refused command
 * @param named what the description must name
 * @param goesOn whether the session's own call lives on
 */
record BadMessage(String name, String answer, List<String> named, boolean goesOn, Sender sender) {

  /** A future command: field 999 of the envelope, which no version has. */
  private static final UnknownFieldSet FUTURE =
      UnknownFieldSet.newBuilder()
          .addField(
              999,
              UnknownFieldSet.Field.newBuilder()
                  .addLengthDelimited(ByteString.copyFromUtf8("do something new"))
                  .build())
          .build();

  BadMessage {
    named = List.copyOf(named);
  }

  /** Sends what is wrong, on the session's own stream or on one of its own that it gives back. */
  interface Sender {
    RawStream send(RawSession session, String workerToken);
  }

  static Stream<BadMessage> all() {
    return Stream.of(calls(), refused(), steps()).flatMap(cases -> cases);
  }

  private static Stream<BadMessage> calls() {
    return Stream.of(
        call("no token", "UNAUTHENTICATED", List.of("authorization"), null, attach("bad", 0)),
        call(
            "a wrong token",
            "UNAUTHENTICATED",
            List.of("token"),
            "wrong-wrong-wrong-wrong",
            attach("bad", 0)),
        new BadMessage(
            "the worker's token where the session's is needed",
            "UNAUTHENTICATED",
            List.of("own token"),
            true,
            (session, token) -> other(session, token, attach(session.id(), 0))),
        new BadMessage(
            "the session's token where the worker's is needed",
            "UNAUTHENTICATED",
            List.of("worker's token"),
            true,
            (session, token) -> other(session, session.token(), openAnother(session))),
        new BadMessage(
            "a second session while one is open",
            "RESOURCE_EXHAUSTED",
            List.of("BUSY"),
            true,
            (session, token) -> other(session, token, openAnother(session))),
        new BadMessage(
            "a step as the first command",
            "INVALID_ARGUMENT",
            List.of("OpenSession", "AttachSession"),
            true,
            (session, token) -> other(session, session.token(), run(sql("x", "SELECT 1 AS n")))),
        own(
            "a second opening on one call",
            "INVALID_ARGUMENT",
            List.of("OpenSession"),
            session -> openAnother(session)),
        new BadMessage(
            "no common version of the protocol",
            "FAILED_PRECONDITION",
            List.of("version"),
            true,
            (session, token) -> {
              session.end();
              return other(
                  session,
                  token,
                  empty()
                      .setOpenSession(
                          openSession("future", session.directory())
                              .setProtocol(ProtocolVersions.newBuilder().setMin(900).setMax(901)))
                      .build());
            }),
        new BadMessage(
            "a session id that is a path",
            "INVALID_ARGUMENT",
            List.of("session"),
            true,
            (session, token) -> {
              session.end();
              return other(session, token, open("../up", session.directory()));
            }),
        own(
            "a message over 1 MiB",
            "RESOURCE_EXHAUSTED",
            List.of("1048576"),
            session -> run(sql("big", "SELECT '" + "x".repeat(1 << 20) + "' AS n"))));
  }

  private static Stream<BadMessage> refused() {
    return Stream.of(
        rejected(
            "a command of a later version",
            "command_illegal",
            List.of("does not know"),
            empty().setUnknownFields(FUTURE).build()),
        rejected(
            "a component that the worker lacks",
            "component_unknown",
            List.of("no.such", "duckdb.processor"),
            run(step("x", "no.such", "{}"))),
        rejected(
            "a configuration key that does not exist",
            "config_invalid",
            List.of("qery", "query"),
            run(step("x", "duckdb.processor", "{\"qery\": \"SELECT 1\"}"))),
        rejected(
            "an input that nobody published",
            "input_missing",
            List.of("nowhere"),
            run(sql("x", "SELECT 1 AS n", "nowhere"))),
        rejected(
            "cancelling a step that never was",
            "command_illegal",
            List.of("never"),
            cancel("never", "1")));
  }

  private static Stream<BadMessage> steps() {
    return Stream.of(
        own(
            "a step id that is a path",
            "INVALID_ARGUMENT",
            List.of("step_id"),
            session -> run(sql("../x", "SELECT 1 AS n"))),
        own(
            "a configuration that is not JSON",
            "INVALID_ARGUMENT",
            List.of("config_json"),
            session -> run(step("x", "duckdb.processor", "{query: 1"))),
        own(
            "a step without an attempt",
            "INVALID_ARGUMENT",
            List.of("attempt"),
            session -> run(sql("x", "SELECT 1 AS n").setAttempt(""))));
  }

  private static BadMessage call(
      String name, String status, List<String> named, String token, RunSessionRequest first) {
    return new BadMessage(
        name, status, named, true, (session, workerToken) -> other(session, token, first));
  }

  private interface Content {
    RunSessionRequest of(RawSession session);
  }

  private static BadMessage own(String name, String status, List<String> named, Content content) {
    return new BadMessage(
        name,
        status,
        named,
        false,
        (session, token) -> {
          session.stream().send(content.of(session));
          return session.stream();
        });
  }

  private static BadMessage rejected(
      String name, String code, List<String> named, RunSessionRequest command) {
    return new BadMessage(
        name,
        code,
        named,
        true,
        (session, token) -> {
          session.stream().send(command);
          session.stream().send(ping());
          return session.stream();
        });
  }

  private static RunSessionRequest openAnother(RawSession session) {
    return open("another", session.directory());
  }

  private static RawStream other(RawSession session, String token, RunSessionRequest first) {
    RawStream stream = session.client().call(token);
    stream.send(first);
    return stream;
  }

  @Override
  public String toString() {
    return name;
  }
}
