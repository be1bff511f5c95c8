package bench.drivers;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepInput;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * For the benchmarks: throws a published file out of the page cache, or says how many of its bytes the kernel has read since. Needs
 * {@code dd} and {@code fincore}.
 */
public final class PageCache implements Driver {

  @Override
  public String component() {
    return "bench.page_cache";
  }

  @Override
  public void run(StepContext context) throws Exception {
    StepInput.Table table = context.onlyInput();
    String path = table.path().toString();
    if (context.config().text("action").equals("evict")) {
      run("dd", "of=" + path, "oflag=nocache", "conv=notrunc,fdatasync", "count=0");
    }
    String resident = run("fincore", "--bytes", "--noheadings", "--output", "RES", path).strip();
    context.events().metric("resident_bytes", Double.parseDouble(resident), "bytes");
    context.events().metric("file_bytes", Files.size(table.path()), "bytes");
    context.events().metric("asked_bytes", askedBytes(), "bytes");
  }

  /** What this process has asked the kernel to read so far, found in the page cache or not. */
  private static double askedBytes() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/io")).stream()
        .filter(line -> line.startsWith("rchar: "))
        .mapToDouble(line -> Double.parseDouble(line.substring("rchar: ".length())))
        .sum();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw StepException.of(FailureCode.INTERNAL_ERROR, command[0] + " failed");
    }
    return output;
  }
}
