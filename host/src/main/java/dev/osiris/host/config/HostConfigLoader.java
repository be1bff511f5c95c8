package dev.osiris.host.config;

import dev.osiris.component.Suggestion;
import dev.osiris.host.sandbox.docker.DockerSettings;
import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlDocument;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlReader;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import dev.osiris.wire.WireLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a command. All problems at once. */
public final class HostConfigLoader {

  /** The settings, as keys of {@code osiris.yaml} and of the flags given to {@link #load}. */
  public static final Set<String> KEYS =
      Set.of(
          "sandbox",
          "memory",
          "cpus",
          "timeout",
          "params",
          "profile",
          "connections",
          "project",
          "allow_read",
          "allow_write",
          "session_root",
          "jobs",
          "parallel",
          "retention",
          "durability",
          "retry_memory",
          "full_refresh",
          "disk",
          "image",
          "network",
          "pull",
          "no_mount",
          "transport",
          "env",
          "drivers",
          "lease",
          "worker",
          "token_file",
          "tls_ca",
          "tls_cert",
          "tls_key",
          "quiet",
          "verbose");

  private static final Set<String> PREDECESSOR =
      Set.of("version", "filesystem", "ids", "logging", "validate", "aiop", "discovery", "output");

  private final Map<String, String> environment;
  private final Path workingFolder;

  public HostConfigLoader(Map<String, String> environment, Path workingFolder) {
    this.environment = Map.copyOf(environment);
    this.workingFolder = workingFolder.toAbsolutePath().normalize();
  }

  /**
   * Loads the settings.
   *
   * @param flags values by key of {@link #KEYS}; {@code params} holds texts such as {@code k=v}, a
   *     switch the text {@code true}
   * @param pipeline the file that a run is about; {@code null} for commands without one
   * @throws SettingException with all problems
   * @throws IllegalArgumentException for a flag that is not in {@link #KEYS}
   */
  public HostConfig load(Map<String, List<String>> flags, @Nullable Path pipeline) {
    flags.keySet().stream()
        .filter(key -> !KEYS.contains(key))
        .findFirst()
        .ifPresent(key -> {
          throw new IllegalArgumentException("no setting is called '" + key + "'");
        });
    return new Loading(flags).load(folderOf(pipeline));
  }

  private Path folderOf(@Nullable Path pipeline) {
    if (pipeline == null) {
      return workingFolder;
    }
    Path parent = workingFolder.resolve(pipeline).normalize().getParent();
    return parent == null ? workingFolder : parent;
  }

  /** One call of {@link #load}. */
  private final class Loading {

    private final List<SettingProblem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, List<String>> flags;
    private final SettingSources sources;

    Loading(Map<String, List<String>> flags) {
      this.flags = flags;
      this.sources = new SettingSources(flags, environment, workingFolder, problems);
    }

    HostConfig load(Path pipelineFolder) {
      Path found = sources.path("project").orElseGet(() -> Project.nearest(pipelineFolder));
      Path settings = found.resolve(Project.SETTINGS);
      Map<String, YamlNode> params = Files.isRegularFile(settings) ? read(settings) : Map.of();
      Project project = project(sources.path("project").orElse(found));
      HostConfig.Sandbox sandbox = sandbox();
      HostConfig config =
          new HostConfig(
              sandbox,
              paths(project, pipelineFolder),
              run(params, sandbox.memory()),
              new HostConfig.Console(sources.flag("quiet"), sources.flag("verbose")),
              notes);
      if (!problems.isEmpty()) {
        throw new SettingException(problems.stream().distinct().toList());
      }
      return config;
    }

    private Project project(Path folder) {
      try {
        return Project.of(folder);
      } catch (IOException missing) {
        problems.add(
            new SettingProblem(
                "project", Position.NONE, "'" + folder + "' is not a folder that exists"));
        return new Project(folder);
      }
    }

    /** Takes the file in and returns its parameters. */
    private Map<String, YamlNode> read(Path settings) {
      YamlDocument document = YamlReader.read(settings);
      sources.useFile(Mapping.EMPTY, settings);
      boolean empty = document.problems().stream().anyMatch(p -> p.message().equals("is empty"));
      if (!empty) {
        document.problems().forEach(sources::fileProblem);
      }
      if (!(document.root() instanceof Mapping root)) {
        if (document.root() != null) {
          problems.add(
              new SettingProblem(settings.toString(), Position.START, "must be a map of settings"));
        }
        return Map.of();
      }
      sources.useFile(root, settings);
      refuseUnknown(root, settings);
      Map<String, YamlNode> params = new LinkedHashMap<>();
      new MappingReader(root, sources::fileProblem)
          .map("params")
          .ifPresent(map -> map.entries().forEach(p -> params.put(p.key(), p.value())));
      return params;
    }

    private void refuseUnknown(Mapping root, Path settings) {
      List<Entry> own = new ArrayList<>();
      for (Entry entry : root.entries()) {
        if (PREDECESSOR.contains(entry.key())) {
          notes.add(
              settings
                  + ":"
                  + entry.at().line()
                  + ": '"
                  + entry.key()
                  + "' is a setting of older versions and has no effect");
        } else {
          own.add(entry);
        }
      }
      new MappingReader(new Mapping(root.at(), own), sources::fileProblem).refuseUnknown(KEYS);
    }

    private HostConfig.Sandbox sandbox() {
      HostConfig.Sandbox none = HostConfig.Sandbox.DEFAULT;
      HostConfig.SandboxKind kind =
          sources
              .value("sandbox", word -> choice(HostConfig.SandboxKind.class, word))
              .orElse(none.kind());
      return new HostConfig.Sandbox(
          kind,
          sources.value("memory", ByteSize::parse).orElse(none.memory()),
          sources
              .value("cpus", unless("all", HostConfigLoader::cpus))
              .flatMap(given -> given)
              .orElse(null),
          docker(),
          sources.values("env", name -> PassedVariables.checked(name, environment)),
          sources.value("lease", HostConfigLoader::positive).orElse(none.lease()),
          new RemoteWorkerSettings(sources, problems).read(kind == HostConfig.SandboxKind.REMOTE));
    }

    private DockerSettings docker() {
      DockerSettings none = DockerSettings.DEFAULT;
      return new DockerSettings(
          sources.value("image", Function.identity()).orElse(none.image()),
          sources
              .value("network", unless("default", Function.identity()))
              .flatMap(given -> given)
              .orElse(none.network()),
          sources
              .value("pull", word -> choice(DockerSettings.Pull.class, word))
              .orElse(none.pull()),
          !sources.flag("no_mount"),
          sources
              .value("transport", word -> choice(DockerSettings.Transport.class, word))
              .orElse(none.transport()));
    }

    private @Nullable Path connections(Project project, Path pipelineFolder) {
      String text = environment.getOrDefault(Project.HOME, "");
      Path home = text.isEmpty() ? null : workingFolder.resolve(text);
      return project.connections(home, pipelineFolder, workingFolder).orElse(null);
    }

    private HostConfig.Paths paths(Project project, Path pipelineFolder) {
      Path given = sources.path("connections").orElse(null);
      if (given != null && !Files.isRegularFile(given)) {
        problems.add(
            new SettingProblem(
                "connections", Position.NONE, "'" + given + "' is not a file that exists"));
      }
      return new HostConfig.Paths(
          project,
          given == null ? connections(project, pipelineFolder) : given,
          sources.paths("allow_read"),
          sources.paths("allow_write"),
          sources.path("session_root").orElse(workingFolder.resolve(HostConfig.SESSION_ROOT)),
          sources.path("drivers").orElse(null));
    }

    private HostConfig.Run run(Map<String, YamlNode> projectParams, ByteSize memory) {
      return new HostConfig.Run(
          sources
              .value("timeout", unless("none", HostConfigLoader::positive))
              .flatMap(given -> given)
              .orElse(null),
          params(),
          projectParams,
          sources.value("profile", Function.identity()).orElse(null),
          sources.value("jobs", HostConfigLoader::count).orElse(null),
          sources.value("parallel", HostConfigLoader::count).orElse(null),
          sources
              .value("retention", word -> choice(HostConfig.Retention.class, word))
              .orElse(HostConfig.Retention.KEEP),
          sources
              .value("durability", word -> choice(HostConfig.Durability.class, word))
              .orElse(null),
          sources.value("disk", ByteSize::parse).orElse(WireLimits.DISK),
          sources
              .value("retry_memory", unless("none", text -> retryMemory(text, memory)))
              .flatMap(given -> given)
              .orElse(null),
          sources.flag("full_refresh"));
    }

    private Map<String, String> params() {
      Map<String, String> params = new LinkedHashMap<>();
      for (String text : flags.getOrDefault("params", List.of())) {
        int sign = text.indexOf('=');
        if (sign < 1) {
          problems.add(
              new SettingProblem("--param", Position.NONE, "must be written as name=value"));
        } else {
          params.put(text.substring(0, sign), text.substring(sign + 1));
        }
      }
      return params;
    }
  }

  private static <E extends Enum<E>> E choice(Class<E> type, String word) {
    List<String> words = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String own = constant.name().toLowerCase(Locale.ROOT);
      if (own.equalsIgnoreCase(word)) {
        return constant;
      }
      words.add(own);
    }
    throw new IllegalArgumentException(
        "must be one of " + String.join(", ", words) + Suggestion.phrase(word, words));
  }

  /** A parser that also takes the word for "no limit", so that a flag can lift what a file sets. */
  private static <T> Function<String, Optional<T>> unless(String word, Function<String, T> parser) {
    return text -> text.equalsIgnoreCase(word) ? Optional.empty() : Optional.of(parser.apply(text));
  }

  private static Double cpus(String text) {
    try {
      double cpus = Double.parseDouble(text);
      if (cpus > 0 && cpus <= 4096) {
        return cpus;
      }
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("must be a number of processors such as 1.5", notANumber);
    }
    throw new IllegalArgumentException("must be more than 0 and at most 4096");
  }

  private static Integer count(String text) {
    if (text.matches("[0-9]{1,4}") && Integer.parseInt(text) > 0) {
      return Integer.valueOf(text);
    }
    throw new IllegalArgumentException("must be a whole number from 1 to 9999");
  }

  /** {@code same}, {@code 2x} as much as there is, or a size. */
  private static ByteSize retryMemory(String text, ByteSize memory) {
    ByteSize wanted;
    if (text.equalsIgnoreCase("same")) {
      wanted = memory;
    } else if (text.matches("[0-9]{1,2}(\\.[0-9]{1,2})?[xX]")) {
      double factor = Double.parseDouble(text.substring(0, text.length() - 1));
      wanted = new ByteSize((long) (memory.bytes() * factor));
    } else {
      wanted = ByteSize.parse(text);
    }
    if (wanted.compareTo(memory) < 0) {
      throw new IllegalArgumentException(
          "must be none, same, a factor such as 2x, or a size of at least the memory, " + memory);
    }
    return wanted;
  }

  private static Duration positive(String text) {
    Duration duration = DurationText.parse(text);
    if (duration.isZero()) {
      throw new IllegalArgumentException("must be longer than nothing");
    }
    return duration;
  }
}
