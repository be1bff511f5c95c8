package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.docker.DockerSettings.Pull;
import java.util.function.Consumer;

/** Sees to it that the engine has an image. */
final class Images {

  private static final String BUILD = "Build it with scripts/image, or name another with --image.";

  private Images() {}

  /**
   * Pulls when the policy says so.
   *
   * @param progress takes lines for people
   * @throws SandboxException when the image is not there afterwards
   */
  static void require(DockerClient docker, String image, Pull pull, Consumer<String> progress)
      throws SandboxException, InterruptedException {
    boolean there = has(docker, image);
    if (pull == Pull.ALWAYS || (pull == Pull.MISSING && !there)) {
      pull(docker, image, there, progress);
    } else if (!there) {
      throw SandboxException.cannotStart(
          "there is no image '" + image + "', and --pull never forbids to pull it", BUILD, null);
    }
  }

  private static boolean has(DockerClient docker, String image) {
    try {
      docker.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private static void pull(
      DockerClient docker, String image, boolean there, Consumer<String> progress)
      throws SandboxException, InterruptedException {
    progress.accept("pulling " + image);
    try {
      docker.pullImageCmd(image).exec(new Progress(progress)).awaitCompletion();
    } catch (DockerException | DockerClientException e) {
      String why = "it cannot be pulled: " + DockerEngine.firstLine(e.getMessage());
      throw there
          ? SandboxException.cannotStart(
              "the image '" + image + "' is here, but --pull always wants the newest, and " + why,
              "Use the one that is here with --pull missing.",
              e)
          : SandboxException.cannotStart("there is no image '" + image + "', and " + why, BUILD, e);
    }
  }

  /** One line for each thing that happens to a layer, without the bars between. */
  private static final class Progress extends PullImageResultCallback {
    private final Consumer<String> lines;

    Progress(Consumer<String> lines) {
      this.lines = lines;
    }

    @Override
    public void onNext(PullResponseItem item) {
      String status = item.getStatus();
      boolean bar = item.getProgressDetail() != null && item.getProgressDetail().getTotal() != null;
      if (status != null && !bar) {
        lines.accept("pull: " + (item.getId() == null ? "" : item.getId() + " ") + status);
      }
      super.onNext(item);
    }
  }
}
