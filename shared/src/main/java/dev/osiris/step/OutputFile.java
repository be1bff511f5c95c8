package dev.osiris.step;

/**
 * A file that a step published.
 *
 * @param path relative to the session directory
 * @param sha256 lower-case hexadecimal
 */
public record OutputFile(String name, String path, long bytes, String sha256) {}
