package dev.osiris.host.config;

import dev.osiris.host.yaml.Position;

/**
 * One thing that is wrong with a setting.
 *
 * @param source a file, {@code --flag} or {@code OSIRIS_VARIABLE}
 * @param at line 0 where there is no line
 */
public record SettingProblem(String source, Position at, String message) {

  @Override
  public String toString() {
    String place = at.line() == 0 ? "" : ":" + at.line() + ":" + at.column();
    return source + place + ": " + message;
  }
}
