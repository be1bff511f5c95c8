package dev.osiris.wire;

import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The numbers that both sides of the wire hold to. {@code docs/protocol.md} says what each is for.
 */
public final class WireLimits {

  /** Largest command or event. */
  public static final ByteSize CONTROL_MESSAGE = ByteSize.ofMiB(1);

  /** Largest set of call metadata. */
  public static final ByteSize METADATA = new ByteSize(8 << 10);

  /** Largest chunk of an upload or download. */
  public static final ByteSize FILE_CHUNK = new ByteSize(256 << 10);

  /** Largest configuration of a step, as JSON. */
  public static final ByteSize CONFIG_JSON = new ByteSize(512 << 10);

  /** Largest state of a step, as JSON. */
  public static final ByteSize STATE_JSON = new ByteSize(64 << 10);

  /** Longest log line; the rest is cut off where it is written. */
  public static final ByteSize LOG_LINE = new ByteSize(8 << 10);

  /** Telemetry that a session's journal keeps; what comes later is dropped and counted. */
  public static final ByteSize TELEMETRY = ByteSize.ofMiB(64);

  /** What a session may hold on disk, unless it asks for another limit. */
  public static final ByteSize DISK = ByteSize.ofMiB(20 << 10);

  /** Longest command id, in bytes of UTF-8. */
  public static final int COMMAND_ID_BYTES = 128;

  /** At most this much time passes between two events of a worker. */
  public static final Duration HEARTBEAT = Duration.ofSeconds(5);

  /** A side that has heard nothing for this long takes the connection for broken. */
  public static final Duration READ_IDLE = Duration.ofSeconds(15);

  /** HTTP/2 keepalive pings that come faster than this are answered with GOAWAY. */
  public static final Duration LEAST_KEEPALIVE = Duration.ofSeconds(10);

  /** How long a worker keeps a session without a command, unless the session asks for less. */
  public static final Duration LEASE = Duration.ofSeconds(30);

  /** How long running steps have to stop once the lease has ended. */
  public static final Duration DRAIN = Duration.ofSeconds(15);

  private WireLimits() {}

  /** All of them by name, as {@code SessionOpened.limits} and {@code doctor} show them. */
  public static Map<String, String> describe() {
    Map<String, String> limits = new LinkedHashMap<>();
    limits.put("control_message", CONTROL_MESSAGE.toString());
    limits.put("metadata", METADATA.toString());
    limits.put("file_chunk", FILE_CHUNK.toString());
    limits.put("config_json", CONFIG_JSON.toString());
    limits.put("state_json", STATE_JSON.toString());
    limits.put("log_line", LOG_LINE.toString());
    limits.put("telemetry", TELEMETRY.toString());
    limits.put("disk", DISK.toString());
    limits.put("heartbeat", DurationText.of(HEARTBEAT));
    limits.put("read_idle", DurationText.of(READ_IDLE));
    limits.put("least_keepalive", DurationText.of(LEAST_KEEPALIVE));
    limits.put("lease", DurationText.of(LEASE));
    limits.put("drain", DurationText.of(DRAIN));
    return Collections.unmodifiableMap(limits);
  }
}
