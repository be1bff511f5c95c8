package dev.osiris.host.sandbox.remote;

import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.WorkerConnection;
import dev.osiris.unit.Secret;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Finds a worker that already runs at an address and asks whether it serves. It starts nothing:
 * memory, processors and drivers are what that worker has.
 */
public final class RemoteSandboxProvider implements SandboxProvider {
  static final String KIND = "remote";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LEAST_TOKEN = 16;

  private final RemoteSettings settings;

  public RemoteSandboxProvider(RemoteSettings settings) {
    this.settings = settings;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Sandbox start(SandboxSpec spec) throws SandboxException, InterruptedException {
    Secret token = token();
    probe(spec.startTimeout().compareTo(PATIENCE) < 0 ? spec.startTimeout() : PATIENCE);
    return new RemoteSandbox(settings.worker(), token, spec.memory(), notes(spec));
  }

  private void probe(Duration patience) throws SandboxException, InterruptedException {
    try (WorkerConnection connection = WorkerConnection.to(settings.worker())) {
      if (!connection.serving(patience).get()) {
        throw SandboxException.cannotStart(
            "the worker at " + settings.worker() + " takes no session: it is being stopped",
            "Wait until it is started again, or use another worker.",
            null);
      }
    } catch (ExecutionException e) {
      throw new Unreachable(settings.worker(), patience).because(Status.fromThrowable(e));
    } catch (IllegalArgumentException e) {
      throw SandboxException.unsuitable(
          String.valueOf(e.getMessage()), "Check --worker, --tls-ca, --tls-cert and --tls-key.");
    }
  }

  private Secret token() throws SandboxException {
    String text;
    try {
      text = Files.readString(settings.tokenFile()).strip();
    } catch (IOException e) {
      throw SandboxException.unsuitable(
          "there is no token in '" + settings.tokenFile() + "': it is no file that can be read",
          "Give the file with the token that the worker was started with: --token-file FILE.");
    }
    if (text.length() < LEAST_TOKEN || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw SandboxException.unsuitable(
          "'" + settings.tokenFile() + "' holds no token",
          "A token is one line of at least " + LEAST_TOKEN + " visible ASCII characters.");
    }
    return Secret.of(text);
  }

  private static List<String> notes(SandboxSpec spec) {
    List<String> notes = new ArrayList<>();
    if (spec.drivers() != null) {
      notes.add("--drivers is for checking only: a remote worker runs the drivers that it has");
    }
    if (!spec.env().isEmpty()) {
      notes.add("variables are not passed to a remote worker: " + spec.env().keySet());
    }
    return notes;
  }
}
