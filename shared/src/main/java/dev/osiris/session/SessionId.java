package dev.osiris.session;

import java.util.regex.Pattern;

/** The one id of a session: directory, events, metadata, report. */
public record SessionId(String value) {

  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException naming the accepted form
   */
  public SessionId {
    if (!LEGAL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "session id '"
              + value.replaceAll("\\p{Cntrl}", "?")
              + "' must be 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
