package dev.osiris.host.config;

import dev.osiris.host.sandbox.TlsSettings;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.remote.RemoteSettings;
import dev.osiris.host.yaml.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads which worker the remote sandbox is, and how to trust it. */
final class RemoteWorkerSettings {

  private final SettingSources sources;
  private final List<SettingProblem> problems;

  RemoteWorkerSettings(SettingSources sources, List<SettingProblem> problems) {
    this.sources = sources;
    this.problems = problems;
  }

  /**
   * The worker; {@code null} when none is named, or not all is said of it.
   *
   * @param required whether there must be one
   */
  @Nullable RemoteSettings read(boolean required) {
    Path token = sources.path("token_file").orElse(null);
    TlsSettings tls = tls();
    if (required) {
      List.of("token_file", "tls_ca", "tls_cert", "tls_key").forEach(this::requireFile);
    }
    WorkerAddress worker = sources.value("worker", text -> address(text, tls)).orElse(null);
    if (required && !sources.has("worker")) {
      problem("worker", "is required with --sandbox remote, as HOST:PORT");
    }
    if (required && token == null) {
      problem("token-file", "is required with --sandbox remote: the file with the worker's token");
    }
    return worker == null || token == null ? null : new RemoteSettings(worker, token);
  }

  private TlsSettings tls() {
    Path certificate = sources.path("tls_cert").orElse(null);
    Path key = sources.path("tls_key").orElse(null);
    if ((certificate == null) != (key == null)) {
      problem(
          certificate == null ? "tls-cert" : "tls-key",
          "is required, too: a client certificate and its key go together");
    }
    TlsSettings.ClientCertificate client =
        certificate == null || key == null
            ? null
            : new TlsSettings.ClientCertificate(certificate, key);
    return new TlsSettings(sources.path("tls_ca").orElse(null), client, null);
  }

  /** {@code HOST:PORT} is TLS; what a worker without TLS prints as its address is taken, too. */
  private static WorkerAddress address(String text, TlsSettings tls) {
    if (text.startsWith("tcp:") || text.startsWith("unix:")) {
      if (tls.trusted() != null || tls.client() != null) {
        throw new IllegalArgumentException(
            "'" + text + "' is an address without TLS; with --tls-ca and the like write HOST:PORT");
      }
      return WorkerAddress.parse(text);
    }
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("'" + text + "' is not HOST:PORT, such as localhost:7443");
    }
    return new WorkerAddress.Tls(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)), tls);
  }

  private void requireFile(String key) {
    Path file = sources.path(key).orElse(null);
    if (file != null && !(Files.isRegularFile(file) && Files.isReadable(file))) {
      problem(key.replace('_', '-'), "there is no file '" + file + "' that can be read");
    }
  }

  private void problem(String flag, String message) {
    problems.add(new SettingProblem("--" + flag, Position.NONE, message));
  }
}
