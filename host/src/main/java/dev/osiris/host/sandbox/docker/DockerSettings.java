package dev.osiris.host.sandbox.docker;

/**
 * Which containers to start.
 *
 * @param image with the worker in it, of this host's release
 */
public record DockerSettings(String image) {
  /** What {@code scripts/image} builds. */
  public static final String DEFAULT_IMAGE = "osiris-worker:dev";
}
