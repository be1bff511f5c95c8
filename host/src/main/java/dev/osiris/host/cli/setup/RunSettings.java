package dev.osiris.host.cli.setup;

import dev.osiris.host.config.HostConfig;
import dev.osiris.host.config.PassedVariables;
import dev.osiris.host.run.RunOptions;
import dev.osiris.session.Grant;
import dev.osiris.session.SessionId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the settings of a command to the options of a run. */
public final class RunSettings {
  /** Most steps at a time where nobody says. */
  public static final int DEFAULT_PARALLEL = 8;

  private static final Duration START = Duration.ofSeconds(60);

  private RunSettings() {}

  /** The options of a run below the session root of the settings. */
  public static RunOptions options(
      HostConfig config, SessionId session, List<Grant> grants, Map<String, String> variables) {
    RunOptions.Durability durability =
        switch (config.run().durability()) {
          case SANDBOX -> RunOptions.Durability.SANDBOX;
          case MIRROR -> RunOptions.Durability.MIRROR;
          case null -> null;
        };
    return options(config, session, config.paths().sessionRoot(), grants, durability, variables);
  }

  /** The options of a run that is to end with all of its tables in a folder of this machine. */
  public static RunOptions mirrored(
      HostConfig config, SessionId session, Path root, Map<String, String> variables) {
    return options(config, session, root, List.of(), RunOptions.Durability.MIRROR, variables);
  }

  private static RunOptions options(
      HostConfig config,
      SessionId session,
      Path root,
      List<Grant> grants,
      RunOptions.@Nullable Durability durability,
      Map<String, String> variables) {
    Double cpus = config.sandbox().cpus();
    Integer most = config.run().parallel();
    return new RunOptions(
        session,
        root,
        config.paths().project().folder(),
        grants,
        config.paths().drivers(),
        PassedVariables.of(config.sandbox().env(), variables),
        config.sandbox().memory(),
        cpus == null ? Runtime.getRuntime().availableProcessors() : cpus,
        most == null ? DEFAULT_PARALLEL : most,
        config.run().timeout(),
        switch (config.run().retention()) {
          case KEEP -> RunOptions.Retention.KEEP;
          case EAGER -> RunOptions.Retention.EAGER;
        },
        durability,
        config.sandbox().lease(),
        config.run().disk(),
        config.run().retryMemory(),
        START,
        config.run().fullRefresh());
  }
}
