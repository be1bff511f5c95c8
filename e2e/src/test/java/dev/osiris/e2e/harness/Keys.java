package dev.osiris.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code scripts/worker-keys} makes, and certificates with something wrong. */
public record Keys(Path folder) {

  /** Makes new ones in a folder that need not exist. */
  public static Keys in(Path folder) {
    Path script = Installation.repository().resolve("scripts/worker-keys");
    run(Path.of("/"), script.toString(), "--dir", folder.toString());
    return new Keys(folder);
  }

  /** Why they cannot be made here; empty when they can. */
  public static Optional<String> missing() {
    return Files.isExecutable(Path.of("/usr/bin/openssl"))
        ? Optional.empty()
        : Optional.of("there is no /usr/bin/openssl");
  }

  public Path file(String name) {
    return folder.resolve(name);
  }

  public String path(String name) {
    return file(name).toString();
  }

  /** A certificate of the worker's key and authority that was good until yesterday. */
  public Path expired() {
    Path certificate = file("expired.crt");
    run(
        folder,
        "openssl",
        "req",
        "-new",
        "-key",
        path("server.key"),
        "-subj",
        "/CN=worker",
        "-out",
        path("expired.csr"));
    run(
        folder,
        "openssl",
        "x509",
        "-req",
        "-in",
        path("expired.csr"),
        "-CA",
        path("ca.crt"),
        "-CAkey",
        path("ca.key"),
        "-set_serial",
        "1",
        "-days",
        "-1",
        "-out",
        certificate.toString());
    return certificate;
  }

  private static void run(Path folder, String... line) {
    CliResult result = Command.run(folder, Map.of("LC_ALL", "C.UTF-8"), List.of(line));
    assertThat(result.exit()).as(result.stderr()).isZero();
  }
}
