package dev.osiris.host.cli.setup;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags that are settings too; each group is mixed into the commands that it concerns. */
public final class Flags {

  private Flags() {}

  /** Where a project, its connections and its drivers are. */
  public static final class ProjectFlags {
    @Option(
        names = "--project",
        paramLabel = "DIR",
        description =
            "Folder for relative paths. Default: the nearest one upwards from the pipeline"
                + " that holds osiris.yaml or osiris_connections.yaml, else the pipeline's own.")
    @Nullable String project;

    @Option(
        names = "--connections",
        paramLabel = "FILE",
        description = "Connections file. Default: the nearest osiris_connections.yaml.")
    @Nullable String connections;

    @Option(
        names = "--drivers",
        paramLabel = "DIR",
        description = "Folder with jars of further drivers.")
    @Nullable String drivers;

    public void addTo(Settings settings) {
      settings.add("project", project);
      settings.add("connections", connections);
      settings.add("drivers", drivers);
    }
  }

  /** What a plan depends on. */
  public static final class Planning {
    @Mixin ProjectFlags project = new ProjectFlags();

    @Option(
        names = "--param",
        paramLabel = "NAME=VALUE",
        description = "Sets a parameter of the pipeline; repeatable.")
    List<String> params = List.of();

    @Option(
        names = "--profile",
        paramLabel = "NAME",
        description = "Takes the parameters of this profile of the pipeline.")
    @Nullable String profile;

    @Option(
        names = "--allow-read",
        paramLabel = "DIR",
        description = "Lets steps read below this folder beside the project; repeatable.")
    List<String> allowRead = List.of();

    @Option(
        names = "--allow-write",
        paramLabel = "DIR",
        description = "Lets steps write below this folder beside the project; repeatable.")
    List<String> allowWrite = List.of();

    public void addTo(Settings settings) {
      project.addTo(settings);
      settings.addAll("params", params);
      settings.add("profile", profile);
      settings.addAll("allow_read", allowRead);
      settings.addAll("allow_write", allowWrite);
    }
  }

  /** Where the worker lives. */
  public static final class SandboxFlags {
    @Option(
        names = "--sandbox",
        paramLabel = "KIND",
        description =
            "process (a child JVM, the default), docker (a hardened container) or remote (a worker"
                + " that already runs at an address).")
    @Nullable String sandbox;

    @Option(
        names = "--memory",
        paramLabel = "SIZE",
        description = "Memory limit of the whole sandbox, such as 512m or 2g. Default: 1g.")
    @Nullable String memory;

    @Option(names = "--cpus", paramLabel = "N", description = "Processors. Default: all.")
    @Nullable String cpus;

    @Option(
        names = "--lease",
        paramLabel = "TIME",
        description = "How long a worker outlives a silent host. Default: 30s.")
    @Nullable String lease;

    @Option(
        names = "--image",
        paramLabel = "NAME",
        description = "Image of the docker sandbox. Default: osiris-worker:dev.")
    @Nullable String image;

    @Option(
        names = "--pull",
        paramLabel = "WHEN",
        description = "When to pull the image: missing (the default), always or never.")
    @Nullable String pull;

    @Option(
        names = "--network",
        paramLabel = "NAME",
        description =
            "Network of the container: none, default (Docker's own bridge: steps reach databases"
                + " and web services), or one that 'docker network ls' lists. Default: default.")
    @Nullable String network;

    @Option(
        names = "--no-mount",
        description =
            "Mounts no folder of this machine: the session is on a volume of the container's.")
    boolean noMount;

    @Option(
        names = "--transport",
        paramLabel = "KIND",
        description =
            "Way to the worker in a container: socket (in a mounted folder), port (on the loopback,"
                + " with TLS), bridge (a program that docker exec starts), or auto, the default:"
                + " the socket where it can be dialled, else the bridge.")
    @Nullable String transport;

    @Option(
        names = "--env",
        paramLabel = "NAME",
        description =
            "Passes a variable of this environment to the worker and its drivers; repeatable. Not"
                + " for secrets: anybody who may ask Docker sees it.")
    List<String> env = List.of();

    @Option(
        names = "--worker",
        paramLabel = "HOST:PORT",
        description =
            "The worker of the remote sandbox, over TLS. One of this machine that serves without"
                + " TLS: tcp:localhost:PORT.")
    @Nullable String worker;

    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        description = "Holds the token that the remote worker was started with.")
    @Nullable String tokenFile;

    @Option(
        names = "--tls-ca",
        paramLabel = "FILE",
        description =
            "PEM certificates of the authorities to trust, or the remote worker's own. Default: the"
                + " authorities that Java trusts.")
    @Nullable String tlsCa;

    @Option(
        names = "--tls-cert",
        paramLabel = "FILE",
        description = "PEM certificate to show to a remote worker that asks for one.")
    @Nullable String tlsCert;

    @Option(
        names = "--tls-key",
        paramLabel = "FILE",
        description = "Key of that certificate: PEM, PKCS #8, not encrypted.")
    @Nullable String tlsKey;

    public void addTo(Settings settings) {
      settings.add("sandbox", sandbox);
      settings.add("memory", memory);
      settings.add("cpus", cpus);
      settings.add("lease", lease);
      settings.add("image", image);
      settings.add("pull", pull);
      settings.add("network", network);
      settings.addSwitch("no_mount", noMount);
      settings.add("transport", transport);
      settings.addAll("env", env);
      settings.add("worker", worker);
      settings.add("token_file", tokenFile);
      settings.add("tls_ca", tlsCa);
      settings.add("tls_cert", tlsCert);
      settings.add("tls_key", tlsKey);
    }
  }

  /** Where sessions are. */
  public static final class Sessions {
    @Option(
        names = "--session-root",
        paramLabel = "DIR",
        description = "Folder of session directories. Default: .osiris_sessions here.")
    @Nullable String sessionRoot;

    public void addTo(Settings settings) {
      settings.add("session_root", sessionRoot);
    }
  }

  /** Texts by setting, for the loader of settings. */
  public static final class Settings {
    private final Map<String, List<String>> texts = new LinkedHashMap<>();

    public void add(String key, @Nullable String text) {
      if (text != null) {
        texts.put(key, List.of(text));
      }
    }

    public void addAll(String key, List<String> values) {
      if (!values.isEmpty()) {
        texts.put(key, List.copyOf(values));
      }
    }

    public void addSwitch(String key, boolean on) {
      if (on) {
        texts.put(key, List.of("true"));
      }
    }

    public Map<String, List<String>> texts() {
      return texts;
    }
  }
}
