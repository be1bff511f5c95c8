package dev.osiris.host.transfer;

import dev.osiris.step.OutputFile;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names that files of a step have in a session directory. A worker may say others: nothing is
 * done with those.
 */
final class SessionPaths {

  private SessionPaths() {}

  static String data(StepId step) {
    return "data/" + step + ".duckdb";
  }

  static String artifact(StepId step, String name) {
    return "artifacts/" + step + "/" + name;
  }

  /** The files that a step has published; empty when one of them is no file of that step. */
  static Optional<List<String>> published(StepId step, StepOutputs outputs) {
    List<String> paths = new ArrayList<>();
    if (outputs.duckdbPath() != null) {
      paths.add(outputs.duckdbPath());
    }
    outputs.files().stream().map(OutputFile::path).forEach(paths::add);
    boolean own =
        (outputs.duckdbPath() == null || outputs.duckdbPath().equals(data(step)))
            && outputs.files().stream().allMatch(file -> isOwn(step, file));
    return own ? Optional.of(paths) : Optional.empty();
  }

  private static boolean isOwn(StepId step, OutputFile file) {
    return file.name().matches("[^./\\\\\\p{Cntrl}][^/\\\\\\p{Cntrl}]*")
        && file.path().equals(artifact(step, file.name()));
  }
}
