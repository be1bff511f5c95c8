package dev.osiris.worker.step;

import dev.osiris.driver.StepFiles;
import dev.osiris.driver.StepTargets;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.OutputFile;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import dev.osiris.unit.Sha256;
import dev.osiris.worker.disk.Durable;
import dev.osiris.worker.disk.SessionDirectory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The files that one attempt reads, writes and publishes. Thread-safe as far as the driver uses
 * each target from one thread.
 */
final class StepFolder implements StepFiles {

  private final StepAttempt attempt;
  private final StepTargets targets;
  private final Path temporary;
  private final Map<String, Path> published = new ConcurrentSkipListMap<>();

  /** Tells the targets what was committed. */
  StepFolder(StepAttempt attempt, StepTargets targets) {
    this.attempt = attempt;
    this.targets = targets;
    StepSpec spec = attempt.spec();
    this.temporary =
        attempt
            .surroundings()
            .directory()
            .temporary()
            .resolve("files-" + spec.id() + "-" + spec.attempt());
  }

  @Override
  public List<Path> read(String pathOrGlob) throws IOException {
    return attempt.surroundings().paths().read(pathOrGlob, attempt.spec().baseDir());
  }

  @Override
  public Target write(String path) throws IOException {
    Path target = attempt.surroundings().paths().write(path, attempt.spec().baseDir());
    return new FileTarget(target);
  }

  @Override
  public Path publish(String name) throws IOException {
    if (name.isEmpty()
        || name.length() > 200
        || name.matches(".*[/\\\\\\p{Cntrl}].*")
        || name.startsWith(".")) {
      throw StepException.of(
          FailureCode.DRIVER_DEFECT, "the driver publishes a file under an illegal name");
    }
    Files.createDirectories(temporary);
    return published.computeIfAbsent(name, temporary::resolve);
  }

  /** Gives the published files their names; called when the driver has succeeded. */
  List<OutputFile> publishAll() throws IOException {
    List<OutputFile> files = new ArrayList<>();
    SessionDirectory directory = attempt.surroundings().directory();
    for (Map.Entry<String, Path> file : published.entrySet()) {
      if (!Files.isRegularFile(file.getValue())) {
        throw StepException.of(
            FailureCode.DRIVER_DEFECT,
            "the driver announced the file '" + file.getKey() + "' and did not make it");
      }
      Path folder = Files.createDirectories(directory.artifacts(attempt.spec().id()));
      Path target = folder.resolve(file.getKey());
      String sha256 = Sha256.of(file.getValue());
      Durable.rename(file.getValue(), target);
      files.add(
          new OutputFile(
              file.getKey(),
              "artifacts/" + attempt.spec().id() + "/" + file.getKey(),
              Files.size(target),
              sha256));
    }
    return files;
  }

  /** Removes what was not published. */
  void discard() throws IOException {
    SessionDirectory.deleteTree(temporary);
  }

  /** A file written beside its target and renamed over it. */
  private final class FileTarget implements Target {
    private final Path target;
    private final Path partial;
    private boolean committed;

    FileTarget(Path target) throws IOException {
      this.target = target;
      StepSpec spec = attempt.spec();
      this.partial =
          target.resolveSibling(
              ".osiris-"
                  + Integer.toHexString(target.hashCode())
                  + "-"
                  + spec.attempt()
                  + ".partial");
      try {
        Files.deleteIfExists(partial);
      } catch (AccessDeniedException e) {
        throw new StepException(
            Failure.of(FailureCode.FILE_UNWRITABLE, "the folder of the target may not be written")
                .inFile(target.toString())
                .advise("check its permissions"),
            e);
      }
    }

    @Override
    public Path path() {
      return partial;
    }

    @Override
    public void commit(long rows) throws IOException {
      attempt.stop().check();
      long bytes = Files.size(partial);
      Durable.rename(partial, target);
      committed = true;
      targets.committed(new Written(target.toString(), rows, bytes));
    }

    @Override
    public void close() throws IOException {
      if (!committed) {
        Files.deleteIfExists(partial);
      }
    }
  }
}
