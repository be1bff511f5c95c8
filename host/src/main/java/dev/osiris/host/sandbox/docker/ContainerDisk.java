package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Mount;
import dev.osiris.host.sandbox.GrantAccess;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a container keeps what a session needs, and how that gets there. */
interface ContainerDisk {

  /** Names of files in {@link Places#run}. */
  String SOCKET = "w.sock";

  String TEMPORARY = "tmp";

  /**
   * Folders as they are called inside.
   *
   * @param run for socket, credentials and temporary files
   * @param runDir the same, under the name by which the worker can remove it
   */
  record Places(
      String run, String runDir, String sessionRoot, String spill, @Nullable String drivers) {
    String socket() {
      return run + "/" + SOCKET;
    }
  }

  Places places();

  /** Whose files these are. */
  ContainerUser user();

  List<Mount> mounts();

  /** Folders in memory with their options; small, since their pages count against the limit. */
  Map<String, String> memoryFolders();

  /** Whether host and worker see the same session directory. */
  boolean shared();

  /** How the container gets at granted folders. */
  GrantAccess grantAccess();

  /** Puts in what is not there yet, before the container starts. */
  void fill(DockerClient docker, String container) throws IOException;
}
