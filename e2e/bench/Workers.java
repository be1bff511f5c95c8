package bench;

import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SessionTemplate;
import dev.osiris.host.sandbox.docker.DockerEngine;
import dev.osiris.host.sandbox.docker.DockerSandboxProvider;
import dev.osiris.host.sandbox.docker.DockerSettings;
import dev.osiris.host.sandbox.docker.DockerSettings.Pull;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import dev.osiris.host.sandbox.process.ProcessSandboxProvider;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The host as a library: how workers of this build are started, with their AOT cache and without. */
public final class Workers {

  /** Where {@code scripts/image} has put the worker. */
  private static final String IMAGE = Optional.ofNullable(System.getenv("OSIRIS_IMAGE")).orElse(DockerSettings.DEFAULT.image());

  private final Path home;

  Workers(Path repository) {
    this.home = repository.resolve("worker/target");
  }

  public SandboxProvider process() {
    return process(home, true);
  }

  /** Workers that listen on a port of the loopback, as one of another machine does. */
  public SandboxProvider atPort() {
    return process(home, false);
  }

  /** Workers without AOT cache; the folder gets links to the rest of their program. */
  public SandboxProvider plainProcess(Path folder) throws IOException {
    for (String part : List.of("osiris-worker.jar", "lib", "native", "worker.options")) {
      Files.createSymbolicLink(folder.resolve(part), home.resolve(part));
    }
    return process(folder, true);
  }

  private static SandboxProvider process(Path home, boolean unixSockets) {
    return new ProcessSandboxProvider(Path.of(System.getProperty("java.home")), home, unixSockets);
  }

  public SandboxProvider docker(Transport transport) {
    return docker(IMAGE, transport);
  }

  private static SandboxProvider docker(String image, Transport transport) {
    return new DockerSandboxProvider(
        new DockerEngine(System.getenv()), new DockerSettings(image, null, Pull.NEVER, true, transport), true);
  }

  /** Containers without AOT cache: of an image that is made from the usual one. */
  public SandboxProvider plainDocker(Path folder) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("Dockerfile"), "FROM " + IMAGE + "\nUSER 0\nRUN rm /opt/osiris/worker.aot\n");
    ProcessBuilder build = new ProcessBuilder("docker", "build", "--quiet", "--tag", plainImage(), folder.toString());
    build.environment().put("DOCKER_BUILDKIT", "0");
    if (build.redirectErrorStream(true).redirectOutput(folder.resolve("build.txt").toFile()).start().waitFor() != 0) {
      throw new IOException("docker build: " + Files.readString(folder.resolve("build.txt")));
    }
    return docker(plainImage(), Transport.SOCKET);
  }

  /** Removes what {@link #plainDocker} has made. */
  public void removePlainImage() throws IOException, InterruptedException {
    new ProcessBuilder("docker", "rmi", plainImage()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
  }

  private static String plainImage() {
    return IMAGE + "-bench-plain";
  }

  /** Why no other container can be started here, such as a database's; empty when one can. */
  public Optional<String> containersMissing() {
    try {
      new DockerEngine(System.getenv()).hasImage(IMAGE);
      return Optional.empty();
    } catch (SandboxException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Why no container of a worker can be started here; empty when one can. */
  public Optional<String> dockerMissing() {
    try {
      return new DockerEngine(System.getenv()).hasImage(IMAGE)
          ? Optional.empty()
          : Optional.of("there is no image " + IMAGE + "; scripts/image builds it");
    } catch (SandboxException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Sessions with two processors below a folder. */
  public static SessionTemplate sessions(Path root, String memory) {
    return new SessionTemplate(
        root, root, List.of(), null, Map.of(), ByteSize.parse(memory), 2, Duration.ofSeconds(30), ByteSize.parse("20g"), Duration.ofMinutes(3));
  }
}
