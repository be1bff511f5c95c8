package dev.osiris.host.sandbox.remote;

import dev.osiris.host.sandbox.WorkerAddress;
import java.nio.file.Path;

/**
 * Which worker to use.
 *
 * @param tokenFile holds the token that the worker was started with
 */
public record RemoteSettings(WorkerAddress worker, Path tokenFile) {}
