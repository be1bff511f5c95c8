package dev.osiris.e2e.harness.database;

/** A host name or address, and a port. */
public record ServerAddress(String host, int port) {

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
