package dev.osiris.e2e.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What these tests ask the Docker engine, through its own command line. */
public final class Docker {

  private static final String IMAGE =
      Optional.ofNullable(System.getenv("OSIRIS_IMAGE")).orElse("osiris-worker:dev");

  private Docker() {}

  /** Why containers cannot be tested here; empty when they can. */
  public static Optional<String> missing() {
    if (ask("docker", "version", "--format", "{{.Server.Version}}").isEmpty()) {
      return Optional.of("no Docker engine answers");
    }
    return hasImage(IMAGE)
        ? Optional.empty()
        : Optional.of("there is no image " + IMAGE + "; scripts/image builds it");
  }

  /** Whether an engine answers that has an image. */
  public static boolean hasImage(String name) {
    return ask("docker", "image", "inspect", "--format", "{{.Id}}", name).isPresent();
  }

  /** The image that is tested. */
  public static String image() {
    return IMAGE;
  }

  /** Containers, running or not, of a session. */
  public static Set<String> containers(String session) {
    return ask("docker", "ps", "--all", "--quiet", "--filter", "label=osiris=" + session)
        .map(text -> text.lines().collect(Collectors.toCollection(TreeSet::new)))
        .orElseGet(TreeSet::new);
  }

  /** How the engine checks the one container of a session; empty when it has none. */
  public static Optional<String> healthCheck(String session) {
    return containers(session).stream()
        .findFirst()
        .flatMap(id -> ask("docker", "inspect", "--format", "{{.Config.Healthcheck.Test}}", id));
  }

  /** Volumes that containers of a session have. */
  public static Set<String> volumes(String session) {
    Set<String> volumes = new TreeSet<>();
    for (String container : containers(session)) {
      ask("docker", "inspect", "--format", "{{range .Mounts}}{{println .Name}}{{end}}", container)
          .ifPresent(text -> text.lines().filter(name -> !name.isBlank()).forEach(volumes::add));
    }
    return volumes;
  }

  public static boolean hasVolume(String name) {
    return ask("docker", "volume", "inspect", "--format", "{{.Name}}", name).isPresent();
  }

  /** Containers, running or not, that have a folder of these tests mounted. */
  static Set<String> containers() {
    return ask(
            "docker",
            "ps",
            "--all",
            "--no-trunc",
            "--filter",
            "label=osiris",
            "--format",
            "{{.ID}} {{.Mounts}}")
        .map(text ->
            text.lines()
                .filter(line -> line.contains(Scratch.root().toString()))
                .collect(Collectors.toCollection(TreeSet::new)))
        .orElseGet(TreeSet::new);
  }

  /** Standard output; empty when the command is missing, fails, or says nothing. */
  private static Optional<String> ask(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean good = process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
      return good && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
