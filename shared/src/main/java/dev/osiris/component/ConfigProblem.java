package dev.osiris.component;

/**
 * One thing that is wrong with a step's configuration.
 *
 * @param key the key concerned; dots lead into maps, brackets into lists: {@code queries.actors},
 *     {@code columns[2]}
 * @param message the rest of the sentence "config key 'x' …"
 */
public record ConfigProblem(String key, String message) {

  @Override
  public String toString() {
    return "config key '" + key + "' " + message;
  }
}
