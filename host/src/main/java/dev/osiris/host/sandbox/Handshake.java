package dev.osiris.host.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * The one line that a worker prints when it listens.
 *
 * @param version of this line; 1
 * @param address as the worker sees it
 */
public record Handshake(int version, WorkerAddress address) {

  /** The version that this host reads. */
  public static final int VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The handshake, when this line is one. */
  public static Optional<Handshake> parse(String line) {
    if (!line.startsWith("{\"osiris_worker\"")) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(line);
      return Optional.of(
          new Handshake(
              node.path("osiris_worker").asInt(),
              WorkerAddress.parse(node.path("address").asText())));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Holds the worker to what it was told: the host dials no address of the worker's choosing.
   *
   * @throws SandboxException when version or address is another
   */
  public void check(WorkerAddress told) throws SandboxException {
    if (version != VERSION) {
      throw SandboxException.badHandshake("version " + version + " instead of " + VERSION);
    }
    boolean same =
        switch (told) {
          case WorkerAddress.Unix unix -> unix.equals(address);
          case WorkerAddress.Tcp tcp ->
              address instanceof WorkerAddress.Tcp said && said.host().equals(tcp.host());
          // What it listens at is a matter of its own network; its certificate says who it is.
          case WorkerAddress.Tls tls -> address instanceof WorkerAddress.Tcp;
          // It is a way to a worker; no worker listens there.
          case WorkerAddress.Streams streams -> false;
        };
    if (!same) {
      throw SandboxException.badHandshake("it listens at " + address + " instead of " + told);
    }
  }
}
