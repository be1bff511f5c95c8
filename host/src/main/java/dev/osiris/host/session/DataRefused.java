package dev.osiris.host.session;

/** A look at a session's tables that gave none. */
public final class DataRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean users;

  DataRefused(String message, boolean users) {
    super(message);
    this.users = users;
  }

  /** Whether another table or query would do: nothing is wrong with the worker. */
  public boolean isUsers() {
    return users;
  }
}
