package dev.osiris.host.cli.setup;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a command gets from the process it runs in.
 *
 * @param variables of the environment
 * @param folder the working folder
 * @param workerHome folder of the worker's program; {@code null} when nobody said
 * @param nanos a clock that never goes back
 * @param halt ends the process at once with a code
 */
public record HostEnvironment(
    Map<String, String> variables,
    Path folder,
    @Nullable Path workerHome,
    InstantSource clock,
    LongSupplier nanos,
    IntConsumer halt) {
  public HostEnvironment {
    variables = Map.copyOf(variables);
  }
}
