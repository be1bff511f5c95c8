package dev.osiris.failure;

import static dev.osiris.failure.FailureOwner.EXTERNAL;
import static dev.osiris.failure.FailureOwner.INTERNAL;
import static dev.osiris.failure.FailureOwner.RESOURCES;
import static dev.osiris.failure.FailureOwner.USER;

import java.util.Locale;

/**
 * Every way a step or a session can fail. Numbers are part of the wire and are never reused; new
 * codes are appended within their owner's range (1xx user, 2xx external, 3xx resources, 4xx
 * internal).
 */
public enum FailureCode {
  /** A configuration value is missing, unknown or of the wrong type. */
  CONFIG_INVALID(100, USER, false),
  /** The worker has no driver of that name. */
  COMPONENT_UNKNOWN(101, USER, false),
  /** A step names an input that no earlier step has published. */
  INPUT_MISSING(102, USER, false),
  /** A step that takes one table was given none, several, or a file. */
  INPUT_UNSUITABLE(103, USER, false),
  /** A file that a step reads does not exist. */
  FILE_NOT_FOUND(110, USER, false),
  /** A file exists and may not be read. */
  FILE_UNREADABLE(111, USER, false),
  /** A file has no bytes where at least a header is needed. */
  FILE_EMPTY(112, USER, false),
  /** A file breaks its own format: ragged line, unclosed quote, damaged archive. */
  FILE_MALFORMED(113, USER, false),
  /** A file is not in the encoding that was declared. */
  ENCODING_INVALID(114, USER, false),
  /** A value does not fit the type it was declared to have. */
  VALUE_INVALID(115, USER, false),
  /** A path lies outside of what the session was granted. */
  PATH_REFUSED(116, USER, false),
  /** A target file or its folder cannot be written. */
  FILE_UNWRITABLE(117, USER, false),
  /** A configured column does not exist in the source. */
  COLUMN_UNKNOWN(118, USER, false),
  /** The query is not valid SQL. */
  SQL_SYNTAX(120, USER, false),
  /** The query asks for something that a pipeline's SQL may not do. */
  SQL_REFUSED(121, USER, false),
  /** The query names a relation, column or function that does not exist, or types do not match. */
  SQL_UNRESOLVED(122, USER, false),
  /** The query failed on the values it met. */
  SQL_VALUE(123, USER, false),
  /** A value or type cannot be kept by the target format without loss. */
  TYPE_UNSUPPORTED(124, USER, false),
  /** The target of a writer refuses rows; nothing of the step was written. */
  ROWS_REFUSED(125, USER, false),
  /** A database, API or network did not answer, or closed the connection. */
  CONNECTION_FAILED(200, EXTERNAL, true),
  /** Credentials were refused. */
  AUTHENTICATION_FAILED(201, EXTERNAL, false),
  /** The outside system answered with an error of its own. */
  REMOTE_FAILED(202, EXTERNAL, false),
  /** A write was sent and its answer was lost; it may or may not have happened. */
  OUTCOME_UNKNOWN(203, EXTERNAL, false),
  /**
   * DuckDB reached the step's memory share and could not spill, or the worker came so near to its
   * limit that it stopped the step.
   */
  OUT_OF_MEMORY(300, RESOURCES, false),
  /** The worker's JVM heap is exhausted. */
  HEAP_EXHAUSTED(301, RESOURCES, false),
  /** DuckDB's temporary files reached their cap. */
  SPILL_LIMIT(302, RESOURCES, false),
  /** The disk is full. */
  DISK_FULL(303, RESOURCES, true),
  /** The step did not end within its timeout. */
  TIMED_OUT(304, RESOURCES, false),
  /** The worker is gone and nothing tells why. */
  WORKER_LOST(305, RESOURCES, true),
  /** The kernel ended the worker because the sandbox's memory limit was reached. */
  OOM_KILLED(306, RESOURCES, false),
  /** Another limit of the session or the sandbox was reached; the message names it. */
  LIMIT_REACHED(307, RESOURCES, false),
  /** No worker could be had: its image, program, daemon or address is missing or refuses. */
  SANDBOX_UNAVAILABLE(308, RESOURCES, false),
  /** A defect of the product. */
  INTERNAL_ERROR(400, INTERNAL, false),
  /** A driver threw something that is not a failure value, or broke the SPI's rules. */
  DRIVER_DEFECT(401, INTERNAL, false),
  /** A published DuckDB file cannot be opened or fails its checksums. */
  DATA_CORRUPT(402, INTERNAL, false),
  /** A DuckDB file was written by a newer storage version than this worker reads. */
  STORAGE_VERSION(403, INTERNAL, false),
  /** A command contradicts an earlier one, or names what its sender cannot have been told. */
  COMMAND_ILLEGAL(404, INTERNAL, false);

  private final int number;
  private final FailureOwner owner;
  private final boolean retryable;

  FailureCode(int number, FailureOwner owner, boolean retryable) {
    this.number = number;
    this.owner = owner;
    this.retryable = retryable;
  }

  /** As reports and people write it: {@code oom_killed}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public int number() {
    return number;
  }

  public FailureOwner owner() {
    return owner;
  }

  /** Whether trying the same thing again may succeed, when nothing else is known. */
  public boolean retryable() {
    return retryable;
  }
}
