package dev.osiris.wire.component;

/**
 * One thing that is wrong with a YAML document.
 *
 * @param line 1-based
 * @param message a clause without a full stop, such as {@code 'kind' is required}
 */
public record YamlProblem(int line, String message) {

  @Override
  public String toString() {
    return "line " + line + ": " + message;
  }
}
