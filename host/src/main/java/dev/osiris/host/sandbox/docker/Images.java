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
import org.jspecify.annotations.Nullable;

/** Sees to it that the engine has an image. */
final class Images {
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
      pull(docker, image, progress);
    } else if (!there) {
      throw missing(image, "and --pull never forbids to pull it", null);
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

  private static void pull(DockerClient docker, String image, Consumer<String> progress)
      throws SandboxException, InterruptedException {
    progress.accept("pulling " + image);
    try {
      docker.pullImageCmd(image).exec(new Progress(progress)).awaitCompletion();
    } catch (DockerException | DockerClientException e) {
      throw missing(image, "and it cannot be pulled: " + DockerEngine.firstLine(e.getMessage()), e);
    }
  }

  private static SandboxException missing(String image, String why, @Nullable Exception cause) {
    return SandboxException.cannotStart(
        "there is no image '" + image + "' " + why,
        "Build it with scripts/image, or name another with --image.",
        cause);
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
