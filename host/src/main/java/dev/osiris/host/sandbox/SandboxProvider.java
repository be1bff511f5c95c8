package dev.osiris.host.sandbox;

/** Starts sandboxes of one kind. Safe between threads. */
public interface SandboxProvider {

  /** {@code process}, {@code docker}; for people and reports. */
  String kind();

  /**
   * Starts a sandbox and waits until its worker listens. The caller closes it.
   *
   * @throws SandboxException when there is none after all; nothing is left behind then
   */
  Sandbox start(SandboxSpec spec) throws SandboxException, InterruptedException;
}
