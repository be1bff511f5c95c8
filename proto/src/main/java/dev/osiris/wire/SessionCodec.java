package dev.osiris.wire;

import static dev.osiris.wire.WireFields.count;
import static dev.osiris.wire.WireFields.forPeople;
import static dev.osiris.wire.WireFields.size;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.component.ComponentSpec;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.Grant;
import dev.osiris.unit.Secret;
import dev.osiris.wire.v1.Component;
import dev.osiris.wire.v1.OpenSession;
import dev.osiris.wire.v1.SessionOpened;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The beginning of a session, to and from the wire. */
final class SessionCodec {

  private SessionCodec() {}

  static OpenSession encode(Command.OpenSession command) {
    OpenSession.Builder message =
        OpenSession.newBuilder()
            .setProtocol(WireFields.versions(command.protocol()))
            .setSessionId(command.session().value())
            .setProjectDir(command.project())
            .setLease(WireFields.duration(command.lease()))
            .setDiskLimitBytes(command.disk().bytes())
            .setAcknowledgeCommits(command.acknowledgeCommits());
    for (Grant grant : command.grants()) {
      message
          .addGrantsBuilder()
          .setPath(grant.path())
          .setWritable(grant.writable())
          .setStaged(grant.staged());
    }
    return message.build();
  }

  static Command.OpenSession decode(OpenSession message) {
    return new Command.OpenSession(
        WireFields.versions("open_session.protocol", message.getProtocol()),
        WireFields.sessionId("open_session.session_id", message.getSessionId()),
        WireFields.absolutePath("open_session.project_dir", message.getProjectDir()),
        IntStream.range(0, message.getGrantsCount())
            .mapToObj(i -> grant("open_session.grants[" + i + "].path", message.getGrants(i)))
            .toList(),
        WireFields.duration("open_session.lease", message.getLease()),
        size("open_session.disk_limit_bytes", message.getDiskLimitBytes()),
        message.getAcknowledgeCommits());
  }

  private static Grant grant(String field, dev.osiris.wire.v1.Grant message) {
    return new Grant(
        WireFields.absolutePath(field, message.getPath()),
        message.getWritable(),
        message.getStaged());
  }

  static SessionOpened encode(Event.SessionOpened event) {
    SessionOpened.Builder message =
        SessionOpened.newBuilder()
            .setSessionId(event.session().value())
            .setProtocol(event.protocol())
            .setSupported(WireFields.versions(event.supported()))
            .setEpoch(event.epoch())
            .setWorkerVersion(event.workerVersion())
            .setDuckdbVersion(event.duckdbVersion())
            .setBudget(encode(event.budget(), event.enforcement()))
            .setLease(WireFields.duration(event.lease()))
            .setHeartbeatInterval(WireFields.duration(WireLimits.HEARTBEAT))
            .putAllLimits(event.limits());
    Secret token = event.sessionToken();
    if (token != null) {
      message.setSessionToken(token.reveal());
    }
    for (ComponentSpec component : event.components()) {
      message
          .addComponentsBuilder()
          .setName(component.name())
          .setVersion(component.version())
          .setSpecYaml(ComponentYaml.write(component));
    }
    return message.build();
  }

  static Event.SessionOpened decode(SessionOpened message) {
    String token = message.getSessionToken();
    @Nullable Secret secret = token.isEmpty() ? null : Secret.of(token);
    return new Event.SessionOpened(
        WireFields.sessionId("session_opened.session_id", message.getSessionId()),
        count("session_opened.protocol", message.getProtocol()),
        WireFields.versions("session_opened.supported", message.getSupported()),
        count("session_opened.epoch", message.getEpoch()),
        secret,
        forPeople(message.getWorkerVersion()),
        forPeople(message.getDuckdbVersion()),
        budget(message.getBudget()),
        forPeople(message.getBudget().getEnforcement()),
        WireFields.duration("session_opened.lease", message.getLease()),
        components(message.getComponentsList()),
        message.getLimitsMap());
  }

  private static List<ComponentSpec> components(List<Component> messages) {
    return IntStream.range(0, messages.size())
        .mapToObj(i -> component("session_opened.components[" + i + "]", messages.get(i)))
        .toList();
  }

  private static ComponentSpec component(String field, Component message) {
    ComponentSpec spec;
    try {
      spec = ComponentYaml.read(message.getSpecYaml(), "spec_yaml");
    } catch (ComponentYamlException refused) {
      throw WireException.illegal(
          field + ".spec_yaml",
          "is not accepted: " + forPeople(String.valueOf(refused.getMessage())));
    }
    if (!spec.name().equals(message.getName())) {
      throw WireException.illegal(field + ".name", "differs from the name in spec_yaml");
    }
    if (!spec.version().equals(message.getVersion())) {
      throw WireException.illegal(field + ".version", "differs from the version in spec_yaml");
    }
    return spec;
  }

  private static dev.osiris.wire.v1.MemoryBudget encode(MemoryBudget budget, String enforcement) {
    return dev.osiris.wire.v1.MemoryBudget.newBuilder()
        .setLimitBytes(budget.limit().bytes())
        .setHeapBytes(budget.heap().bytes())
        .setDirectBytes(budget.direct().bytes())
        .setReserveBytes(budget.reserve().bytes())
        .setDuckdbBytes(budget.duckdb().bytes())
        .setThreads(budget.threads())
        .setEnforcement(enforcement)
        .build();
  }

  private static MemoryBudget budget(dev.osiris.wire.v1.MemoryBudget message) {
    String field = "session_opened.budget.";
    return new MemoryBudget(
        size(field + "limit_bytes", message.getLimitBytes()),
        size(field + "heap_bytes", message.getHeapBytes()),
        size(field + "direct_bytes", message.getDirectBytes()),
        size(field + "reserve_bytes", message.getReserveBytes()),
        size(field + "duckdb_bytes", message.getDuckdbBytes()),
        count(field + "threads", message.getThreads()));
  }
}
