package dev.osiris.host.pipeline;

import dev.osiris.host.yaml.Position;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a pipeline, or with a file or flag that it is planned with.
 *
 * @param source the file's name as the user gave it, or the flag
 * @param at line 0 where no line can be named
 * @param step the step's id as it is written; {@code null} when no step is concerned
 */
public record PipelineProblem(String source, Position at, @Nullable String step, String message) {

  public int line() {
    return at.line();
  }

  public int column() {
    return at.column();
  }

  /** {@code orders.yaml:12:5: step 'out': message}. */
  @Override
  public String toString() {
    String place = at.line() == 0 ? "" : ":" + at.line() + ":" + at.column();
    String subject = step == null ? "" : "step '" + step + "': ";
    return source + place + ": " + subject + message;
  }
}
