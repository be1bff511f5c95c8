package dev.osiris.host.run.store;

/** A session directory that this run may not have. */
public final class SessionInUse extends Exception {
  private static final long serialVersionUID = 1L;

  private SessionInUse(String message) {
    super(message);
  }

  static SessionInUse exists(String session) {
    return new SessionInUse(
        "session '" + session + "' exists already; choose another --session-id or leave it out");
  }

  static SessionInUse locked(String session, String owner) {
    return new SessionInUse("session '" + session + "' is in use by process " + owner);
  }
}
