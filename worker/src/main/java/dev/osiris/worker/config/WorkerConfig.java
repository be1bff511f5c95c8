package dev.osiris.worker.config;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.unit.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How this worker was started.
 *
 * @param listen where to serve
 * @param tls what to serve TLS with; {@code null} for none, and then nobody else can listen in
 * @param sessionRoot folder of session directories
 * @param spill folder of DuckDB's temporary files, the worker's own
 * @param runDir folder of socket and token, removed at the end; {@code null} when it is not the
 *     worker's to remove
 * @param drivers folder of driver jars; {@code null} for none
 * @param token opens sessions
 * @param budget how the memory limit is split
 * @param enforcement what holds the limit, for people
 * @param lease used when a host proposes none
 * @param rehearse whether to go through a session of its own before listening
 * @param health touched every second while this worker serves; {@code null} for none
 * @param exitOnStdinEnd whether the end of standard input means that the host is gone
 * @param stay whether the worker waits for another session when a lease has ended
 */
public record WorkerConfig(
    ListenAddress listen,
    @Nullable TlsFiles tls,
    Path sessionRoot,
    Path spill,
    @Nullable Path runDir,
    @Nullable Path drivers,
    Secret token,
    MemoryBudget budget,
    String enforcement,
    Duration lease,
    boolean rehearse,
    @Nullable Path health,
    boolean exitOnStdinEnd,
    boolean stay) {}
