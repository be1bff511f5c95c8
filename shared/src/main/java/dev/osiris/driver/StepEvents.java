package dev.osiris.driver;

import java.util.Map;

/**
 * What a driver tells while it works. Never put a value of a row into any of it: all of it leaves
 * the sandbox.
 */
public interface StepEvents {

  /** Rows done so far; called as often as the driver likes, sent at most a few times a second. */
  void progress(long rows);

  /**
   * @param unit such as {@code rows}, {@code bytes}, {@code ms}; empty when it is a plain number
   */
  void metric(String name, double value, String unit);

  void log(Level level, String message);

  /** Something that happened, under a stable name. */
  void event(String name, Map<String, String> attributes);

  /** Severity of a log line. */
  enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }
}
