package dev.osiris.failure;

/** Who can do something about a failure. */
public enum FailureOwner {
  /** The author of the pipeline: a wrong path, a wrong query, a wrong value. */
  USER,
  /** A system outside: a database or an API that did not answer or refused. */
  EXTERNAL,
  /** Not enough memory, disk or time, or the sandbox is gone. */
  RESOURCES,
  /** This product or a driver: a defect. */
  INTERNAL
}
