package dev.osiris.session;

/**
 * Versions of the wire that one side speaks, both ends included.
 *
 * <ul>
 *   <li>1: the first.
 * </ul>
 */
public record ProtocolVersions(int min, int max) {

  /** What this build speaks. */
  public static final ProtocolVersions SUPPORTED = new ProtocolVersions(1, 1);

  /** For people: {@code 1} or {@code 1 to 3}. */
  @Override
  public String toString() {
    return min == max ? Integer.toString(min) : min + " to " + max;
  }

  /** The highest version that both speak, or 0 when there is none. */
  public int agree(ProtocolVersions other) {
    int best = Math.min(max, other.max);
    return best >= Math.max(min, other.min) ? best : 0;
  }
}
