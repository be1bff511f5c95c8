package dev.osiris.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.NotFoundException;
import dev.osiris.host.session.DataClient;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.TableText;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;

/** The container as users' own tests have it. */
@Timeout(60)
class WorkerContainerIT {
  private static final WorkerContainer WORKER = new WorkerContainer().withMemory("256m");

  @BeforeAll
  static void startWorker() {
    missing().ifPresent(why -> Assumptions.abort("NOT RUN: " + why));
    WORKER.start();
  }

  @AfterAll
  static void stopWorker() {
    WORKER.stop();
  }

  private static Optional<String> missing() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return Optional.of("no Docker engine answers");
    }
    // Not asked of the container, which would pull it.
    String image = WorkerContainer.defaultImage().asCanonicalNameString();
    try {
      DockerClientFactory.instance().client().inspectImageCmd(image).exec();
      return Optional.empty();
    } catch (NotFoundException e) {
      return Optional.of("there is no image " + image + "; scripts/image builds it");
    }
  }

  @Test
  void sessions_runSqlSteps_oneAfterTheOther_andShowTheirRows() throws Exception {
    for (String id : List.of("first", "second")) {
      try (SessionClient session = WORKER.openSession(id)) {
        assertThat(session.opened().budget().limit()).isEqualTo(ByteSize.parse("256m"));
        assertThat(session.opened().enforcement()).isEqualTo("cgroup");
        assertThat(session.runStep(sql("SELECT range AS n, '" + id + "' AS s FROM range(3)")).get())
            .isInstanceOf(StepResult.Succeeded.class);
      }
      try (DataClient data = DataClient.of(WORKER.address(), new SessionId(id), WORKER.token())) {
        TableText table = data.table("numbers", null, 2);
        assertThat(table.rows()).containsExactly(List.of("0", id), List.of("1", id));
        assertThat(table.truncated()).isTrue();
      }
    }
  }

  @Test
  void drivers_ofAFolder_runBesideTheWorkersOwn(@TempDir Path folder) throws Exception {
    AnswerDriver.jar(folder.resolve("answer.jar"));
    try (WorkerContainer worker = new WorkerContainer().withMemory("256m").withDrivers(folder)) {
      worker.start();
      try (SessionClient session = worker.openSession("drivers")) {
        assertThat(session.runStep(step(AnswerDriver.COMPONENT, Map.of())).get())
            .isInstanceOf(StepResult.Succeeded.class);
        assertThat(session.runStep(sql("SELECT 1 AS n")).get())
            .isInstanceOf(StepResult.Succeeded.class);
      }
    }
  }

  @Test
  void secondSession_isRefused_whileOneIsOpen() throws Exception {
    try (SessionClient session = WORKER.openSession("open")) {
      assertThatThrownBy(() -> WORKER.openSession("other"))
          .isInstanceOf(SessionLost.class)
          .hasMessageContaining("busy");
      assertThat(session.ended()).isNotDone();
    }
  }

  @Test
  void certificate_letsAnyClientTrustTheWorker() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "worker",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(
                    WORKER.certificate().getBytes(StandardCharsets.US_ASCII))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(WORKER.getHost(), WORKER.port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    }
  }

  @Test
  void stop_leavesNothing_andTheNextStartHasOtherCredentials() {
    String token;
    Path folder;
    try (WorkerContainer worker = new WorkerContainer().withMemory("256m")) {
      worker.start();
      token = worker.token().reveal();
      folder = worker.address().settings().trusted().getParent();
      assertThat(folder).isNotEmptyDirectory();
    }
    assertThat(folder).doesNotExist();
    assertThat(token).isNotEqualTo(WORKER.token().reveal());
  }

  @Test
  void start_fails_asSoonAsTheWorkerHasEnded() {
    try (WorkerContainer worker = new WorkerContainer().withEnv("OSIRIS_LISTEN", "nowhere")) {
      assertThatThrownBy(worker::start)
          .isInstanceOf(ContainerLaunchException.class)
          .hasStackTraceContaining("ended before it served: worker: 'nowhere' is not an address");
      assertThatIllegalStateException().isThrownBy(worker::token);
    }
  }

  private static StepSpec sql(String query) {
    return step("duckdb.processor", Map.of("query", query));
  }

  private static StepSpec step(String component, Map<String, Object> config) {
    return new StepSpec(
        new StepId(component.equals("duckdb.processor") ? "numbers" : "driver"),
        "1",
        component,
        config,
        Map.of(),
        null,
        StepSpec.Resources.DEFAULT,
        Duration.ofSeconds(30));
  }
}
