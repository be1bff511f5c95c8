package e2e;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Does, on demand, what a driver should not. */
public final class MisbehavingDriver implements Driver {

  @Override
  public String component() {
    return "e2e.misbehaving";
  }

  @Override
  public void run(StepContext context) throws Exception {
    switch (context.config().text("how")) {
      case "print" -> print();
      case "throw" -> throw new IllegalStateException("cannot take " + firstValue(context));
      case "overflow" -> overflow(0);
      case "environment" -> System.getenv().forEach((name, value) -> context.events().event("variable", Map.of("name", name, "value", value)));
      case "flood" -> flood(context.events());
      case "half" -> half(context);
      case "hog" -> hog(2048);
      case "take" -> hog(context.config().integer("mib"));
      case "heap" -> heap();
      case "threads" -> threads();
      default -> throw new IllegalArgumentException("no such misbehaviour");
    }
  }

  private static void print() throws Exception {
    System.out.println("printed to System.out");
    System.err.println("printed to System.err");
    System.out.println("{\"osiris_worker\":1,\"address\":\"tcp:192.0.2.1:1\"}");
    try (FileOutputStream fd = new FileOutputStream(FileDescriptor.out)) {
      fd.write("printed to descriptor 1\n{\"osiris_worker\":1,\"address\":\"tcp:192.0.2.1:1\"}\n".getBytes(StandardCharsets.UTF_8));
      fd.flush();
      new ProcessBuilder("/bin/echo", "printed by a child").inheritIO().start().waitFor();
    }
  }

  private static String firstValue(StepContext context) throws Exception {
    try (Statement statement = context.open().createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + context.onlyInput().relation())) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Takes memory that neither the heap nor DuckDB knows of. */
  private static void hog(long mebibytes) {
    try (Arena arena = Arena.ofConfined()) {
      for (long i = 0; i < mebibytes; i += 16) {
        arena.allocate(16L << 20).fill((byte) 1);
      }
    }
  }

  /** Holds more objects than the heap has room for. */
  private static void heap() {
    List<byte[]> held = new ArrayList<>();
    while (true) {
      held.add(new byte[1 << 20]);
    }
  }

  /** Starts more threads than a container may have. */
  private static void threads() {
    CountDownLatch end = new CountDownLatch(1);
    try {
      for (int i = 0; i < 4096; i++) {
        Thread.ofPlatform().daemon().start(() -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
      }
    } finally {
      end.countDown();
    }
  }

  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  private static void flood(StepEvents events) {
    for (int i = 0; i < 200_000; i++) {
      events.log(StepEvents.Level.INFO, "line " + i + " of a driver that says too much");
    }
  }

  /** Makes a table and then fails: nothing of it may be published. */
  private static void half(StepContext context) throws Exception {
    try (Statement statement = context.open().createStatement()) {
      statement.execute("CREATE TABLE main AS SELECT 1 AS n");
    }
    throw new IllegalStateException("half-way");
  }
}
