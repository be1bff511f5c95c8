package dev.osiris.host.sandbox.docker;

import org.jspecify.annotations.Nullable;

/**
 * Which containers to start.
 *
 * @param image with the worker in it, of this host's release
 * @param network {@code none}, or the name of one; {@code null} for the engine's default
 * @param mount whether folders of this machine are mounted where the engine can
 */
public record DockerSettings(
    String image, @Nullable String network, Pull pull, boolean mount, Transport transport) {

  /** When to pull the image. */
  public enum Pull {
    MISSING,
    ALWAYS,
    NEVER
  }

  /** How to reach the worker. */
  public enum Transport {
    /** The socket where it can be dialled, else the bridge. */
    AUTO,
    /** A Unix socket in a mounted folder. */
    SOCKET,
    /** A port on this machine's loopback, with TLS. */
    PORT,
    /** The streams of a program that is started in the container. */
    BRIDGE
  }

  /** What {@code scripts/image} builds, and as little to choose as possible. */
  public static final DockerSettings DEFAULT =
      new DockerSettings("osiris-worker:dev", null, Pull.MISSING, true, Transport.AUTO);
}
