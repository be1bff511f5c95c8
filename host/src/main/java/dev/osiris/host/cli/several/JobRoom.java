package dev.osiris.host.cli.several;

import com.sun.management.OperatingSystemMXBean;
import dev.osiris.unit.ByteSize;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many sandboxes a machine has room for at a time.
 *
 * @param memory of the machine, or of the cgroup that this process is in
 */
public record JobRoom(int processors, ByteSize memory) {

  /** This machine's. */
  public static JobRoom ofThisMachine() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new JobRoom(
        Runtime.getRuntime().availableProcessors(), new ByteSize(system.getTotalMemorySize()));
  }

  /**
   * How many pipelines run at a time.
   *
   * @param note what to tell people of it
   */
  public record AtATime(int jobs, Optional<String> note) {}

  /**
   * Decides on it for these pipelines.
   *
   * @param asked {@code null} when nobody said
   */
  public AtATime atATime(@Nullable Integer asked, List<Job> pipelines) {
    if (pipelines.stream().anyMatch(job -> job.group().isRemote())) {
      return new AtATime(
          1,
          Optional.of(
              "a remote worker serves one session at a time: the pipelines run one after the"
                  + " other"));
    }
    ByteSize largest =
        pipelines.stream()
            .map(job -> job.options().memory())
            .max(ByteSize::compareTo)
            .orElseThrow();
    int jobs = jobs(asked, pipelines.size(), largest);
    return new AtATime(jobs, warning(jobs, largest));
  }

  /**
   * How many pipelines to run at a time: as many as was asked for, else one a processor as far as
   * the sandboxes' limits together fit into the memory, and no more than there are.
   *
   * @param asked {@code null} when nobody said
   * @param limit of the largest sandbox
   */
  int jobs(@Nullable Integer asked, int pipelines, ByteSize limit) {
    long fit = Math.max(1, Math.min(processors, memory.bytes() / limit.bytes()));
    return (int) Math.min(pipelines, asked == null ? fit : asked);
  }

  /** What to tell people when so many sandboxes may together need more than there is. */
  Optional<String> warning(int jobs, ByteSize limit) {
    ByteSize together = new ByteSize(jobs * limit.bytes());
    return together.compareTo(memory) <= 0
        ? Optional.empty()
        : Optional.of(
            jobs
                + " sandboxes of "
                + limit
                + " may together need "
                + together
                + ", and there are "
                + memory
                + " of memory: lower --jobs or --memory if they do");
  }
}
