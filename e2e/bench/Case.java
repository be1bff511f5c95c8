package bench;

/**
 * One subject of {@code docs/benchmarks.md}. A case is one file of {@code e2e/bench/cases}: {@code scripts/bench} finds it there. It
 * hands its figures to {@link Lab#part}, one part a figure or a few, so that a long case goes on where it stopped.
 */
public interface Case {

  /** The word for {@code --only}. */
  String name();

  /** One line for {@code --help}. */
  String about();

  /** Whether it runs when no case is named: one that takes more than some minutes or gigabytes does not. */
  default boolean usual() {
    return true;
  }

  void run(Lab lab) throws Exception;
}
