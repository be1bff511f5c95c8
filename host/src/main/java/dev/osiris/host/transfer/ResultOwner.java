package dev.osiris.host.transfer;

import dev.osiris.host.sandbox.FileOwner;
import dev.osiris.session.Grant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Gives files and folders that this process has made for a pipeline to whom its results belong.
 * They are the host's own, unless that is root.
 */
record ResultOwner(List<Grant> grants) {
  ResultOwner {
    grants = List.copyOf(grants);
  }

  /** Gives what this process has just made. */
  void give(Path made) {
    try {
      if (FileOwner.of(made).isRoot()) {
        FileOwner.ofResults(grants).take(made);
      }
    } catch (IOException e) {
      // Some file systems give nothing away, and the result is whole.
      System.getLogger(ResultOwner.class.getName())
          .log(System.Logger.Level.DEBUG, "{0} stays as it is: {1}", made, e.toString());
    }
  }

  /**
   * Gives the folders of a file.
   *
   * @param before the nearest of them that was there already
   */
  void giveFolders(Path file, Path before) {
    for (Path folder = file.getParent();
        folder != null && !folder.equals(before);
        folder = folder.getParent()) {
      give(folder);
    }
  }
}
