package dev.osiris.worker.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of a worker that serves TLS.
 *
 * @param certificate the worker's own, then those between it and its authority
 * @param key its private key, PKCS #8, not encrypted
 * @param clientCa authorities of the certificates that clients must show; {@code null} when they
 *     need none
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path clientCa) {}
