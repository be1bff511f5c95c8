package dev.osiris.host.cli.setup;

/** The command cannot be carried out as it was given: a mistake to be told, with no stack trace. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
