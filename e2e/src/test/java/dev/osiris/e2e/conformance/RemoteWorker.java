package dev.osiris.e2e.conformance;

import dev.osiris.e2e.harness.Keys;
import dev.osiris.e2e.harness.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A worker that serves one session after the other over mutual TLS, as on another machine. */
record RemoteWorker(WorkerProcess worker, List<String> flags) implements AutoCloseable {

  /** Starts one; it shares no session root with its hosts. */
  static RemoteWorker start(Path folder, Path drivers, String memory) throws IOException {
    Keys keys = Keys.in(folder.resolve("keys"));
    WorkerProcess worker =
        WorkerProcess.below(folder.resolve("far"))
            .tcp()
            .memory(memory)
            .with(
                "--stay",
                "--drivers",
                drivers.toString(),
                "--tls-cert",
                keys.path("server.crt"),
                "--tls-key",
                keys.path("server.key"),
                "--tls-client-ca",
                keys.path("ca.crt"))
            .start();
    Path token = Files.writeString(folder.resolve("token"), worker.token() + "\n");
    String port = worker.address().substring(worker.address().lastIndexOf(':') + 1);
    return new RemoteWorker(
        worker,
        List.of(
            "--worker", "localhost:" + port,
            "--token-file", token.toString(),
            "--tls-ca", keys.path("ca.crt"),
            "--tls-cert", keys.path("client.crt"),
            "--tls-key", keys.path("client.key")));
  }

  @Override
  public void close() {
    worker.close();
  }
}
