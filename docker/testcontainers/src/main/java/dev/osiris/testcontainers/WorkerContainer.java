package dev.osiris.testcontainers;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SessionTemplate;
import dev.osiris.host.sandbox.TlsSettings;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.docker.Confinement;
import dev.osiris.host.sandbox.docker.DockerSettings;
import dev.osiris.host.sandbox.remote.RemoteSandboxProvider;
import dev.osiris.host.sandbox.remote.RemoteSettings;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionListener;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.SessionSettings;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A worker in a container, for tests. It is confined as {@code osiris run --sandbox docker}
 * confines it, serves at a mapped port with TLS, and stays until the container is stopped: one
 * session at a time, as many in a row as there are tests. Certificate and token are made at each
 * start and are good for this container alone.
 *
 * <pre>{@code
 * class OrdersTest {
 *   static final WorkerContainer WORKER = new WorkerContainer().withMemory("512m");
 *
 *   @BeforeAll
 *   static void startWorker() {
 *     WORKER.start();
 *   }
 *
 *   @AfterAll
 *   static void stopWorker() {
 *     WORKER.stop();
 *   }
 *
 *   @Test
 *   void threeOrders_arePaid() throws Exception {
 *     StepSpec paid =
 *         new StepSpec(
 *             new StepId("paid"),
 *             "1",
 *             "duckdb.processor",
 *             Map.of("query", "SELECT range AS id FROM range(3)"),
 *             Map.of(),
 *             null,
 *             StepSpec.Resources.DEFAULT,
 *             Duration.ofSeconds(30));
 *     try (SessionClient session = WORKER.openSession("orders")) {
 *       assertInstanceOf(StepResult.Succeeded.class, session.runStep(paid).get());
 *     }
 *     try (DataClient data =
 *         DataClient.of(WORKER.address(), new SessionId("orders"), WORKER.token())) {
 *       assertEquals(3, data.table("paid", null, 10).rows().size());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Whole pipelines run through {@link #provider()}, which an {@code Orchestrator} or a {@code
 * SandboxPool} takes. Clients in other languages are given {@link #getHost()}, {@link #port()},
 * {@link #certificate()} and {@link #token()}.
 */
public final class WorkerContainer extends GenericContainer<WorkerContainer> {
  private static final DockerImageName IMAGE = DockerImageName.parse("osiris-worker");
  private static final int PORT = 7443;

  /** The image has it for a volume. */
  private static final String DISK = "/var/lib/osiris";

  private static final String SESSIONS = DISK + "/sessions";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private ByteSize memory = ByteSize.parse("1g");
  private @Nullable Path drivers;
  private @Nullable WorkerAccess access;

  /** The image that the variable {@code OSIRIS_IMAGE} names, else {@code osiris-worker:dev}. */
  public WorkerContainer() {
    this(defaultImage());
  }

  /**
   * An image of the worker, of this library's release.
   *
   * @param image one of another name than {@code osiris-worker} says {@code
   *     asCompatibleSubstituteFor("osiris-worker")}
   */
  public WorkerContainer(DockerImageName image) {
    super(image);
    image.assertCompatibleWith(IMAGE);
    withExposedPorts(PORT);
    withEnv("OSIRIS_LISTEN", "tcp:0.0.0.0:" + PORT);
    withEnv("OSIRIS_SESSION_ROOT", SESSIONS);
    withEnv("OSIRIS_TOKEN_FILE", inside(Credentials.TOKEN));
    withEnv("OSIRIS_TLS_CERT", inside(Credentials.CERTIFICATE));
    withEnv("OSIRIS_TLS_KEY", inside(Credentials.KEY));
    withTmpFs(Map.of("/tmp", "size=16m,mode=1777"));
    withCreateContainerCmdModifier(this::confine);
    // Not the image's health, which Docker looks at every 10 s.
    waitingFor(new HandshakeWait());
  }

  /**
   * The container's memory limit, none of it swap, as {@code osiris run --memory} has it. 1g unless
   * set.
   *
   * @param size such as {@code 256m}
   * @throws IllegalArgumentException when it is no size, or too small for a worker
   */
  public WorkerContainer withMemory(String size) {
    ByteSize limit = ByteSize.parse(size);
    memory = MemoryBudget.of(limit, 1).limit();
    return this;
  }

  /**
   * Driver jars for the worker, beside those it has; as {@code osiris run --drivers} has them. They
   * are copied when the container is created.
   *
   * @param folder of this machine, that holds the jars
   * @throws IllegalArgumentException when there is no such folder
   */
  public WorkerContainer withDrivers(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "there is no folder '" + folder + "' with driver jars; build them first");
    }
    drivers = folder;
    return withEnv("OSIRIS_DRIVERS", DISK + "/" + WorkerAccess.DRIVERS);
  }

  /** Where the worker serves, with the only certificate that is trusted there. */
  public WorkerAddress.Tls address() {
    return new WorkerAddress.Tls(
        getHost(), port(), TlsSettings.trusting(access().certificateFile()));
  }

  /** The port of {@link #getHost()} at which the worker serves. */
  public int port() {
    return getMappedPort(PORT);
  }

  /** Opens sessions, and shows what is in those that are closed. */
  public Secret token() {
    return access().credentials().token();
  }

  /** What clients trust, in PEM. It is for {@link #getHost()}, localhost and 127.0.0.1. */
  public String certificate() {
    return access().certificate();
  }

  /** The sandbox {@code remote} that is this worker, for who runs pipelines. */
  public SandboxProvider provider() {
    return new RemoteSandboxProvider(new RemoteSettings(address(), access().tokenFile()));
  }

  /**
   * Opens a session that may reach no folder of this machine. Closing it makes place for the next.
   *
   * @param id letters, digits, {@code . _ -}; a new one each time
   * @throws SandboxException when the worker does not answer
   * @throws SessionLost when it refuses, such as while another session is open
   */
  public SessionClient openSession(String id)
      throws SandboxException, SessionLost, InterruptedException {
    SessionId session = new SessionId(id);
    Path folder = access().folder().path();
    SessionTemplate template =
        new SessionTemplate(
            folder,
            Path.of(SESSIONS),
            List.of(),
            null,
            Map.of(),
            memory,
            1,
            // Lease and disk as the worker has them.
            Duration.ZERO,
            new ByteSize(0),
            PATIENCE);
    // Not closed: it holds nothing, and the worker stays.
    Sandbox worker = provider().start(template.sandbox(session, folder.resolve(id)));
    return SessionClient.open(
        worker,
        template.open(session, worker.grantAccess(), !worker.sharesDisk()),
        new Unheard(),
        SessionSettings.standard(System::nanoTime));
  }

  @Override
  protected void containerIsCreated(String id) {
    try {
      WorkerAccess made = WorkerAccess.create(getHost());
      access = made;
      Path archive = made.archive(drivers);
      // Not copied by Testcontainers: it copies to the root folder, which is read-only.
      try (InputStream tar = new BufferedInputStream(Files.newInputStream(archive))) {
        dockerClient
            .copyArchiveToContainerCmd(id)
            .withRemotePath(DISK)
            .withTarInputStream(tar)
            .exec();
      } finally {
        Files.delete(archive);
      }
    } catch (IOException e) {
      throw new ContainerLaunchException(
          "what the worker reads cannot be copied into its container: " + e.getMessage(), e);
    }
  }

  @Override
  protected void containerIsStopped(InspectContainerResponse info) {
    if (access != null) {
      access.close();
      access = null;
    }
  }

  static DockerImageName defaultImage() {
    String name =
        Objects.requireNonNullElse(System.getenv("OSIRIS_IMAGE"), DockerSettings.DEFAULT.image());
    return DockerImageName.parse(name).asCompatibleSubstituteFor(IMAGE);
  }

  private void confine(CreateContainerCmd create) {
    HostConfig config = Objects.requireNonNull(create.getHostConfig());
    Confinement.confine(config, memory)
        .withMounts(List.of(new Mount().withType(MountType.VOLUME).withTarget(DISK)));
  }

  private WorkerAccess access() {
    if (access == null) {
      throw new IllegalStateException("the worker's container does not run; call start() first");
    }
    return access;
  }

  private static String inside(String file) {
    return DISK + "/" + WorkerAccess.FOLDER + "/" + file;
  }

  /** Results come through futures; who wants every event uses {@link #provider()}. */
  private static final class Unheard implements SessionListener {
    @Override
    public void event(JournalEntry entry) {}

    @Override
    public void connection(String change, String detail) {}
  }
}
