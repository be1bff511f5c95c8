package dev.osiris.host.run.store;

/** A session directory, or the state of a pipeline, that this run may not have. */
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

  static SessionInUse state(String pipeline, String owner) {
    return new SessionInUse(
        "the state of pipeline '"
            + pipeline
            + "' is in use by process "
            + owner
            + "; two runs at a time would read the same rows, so wait until that one has ended");
  }
}
