package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.LoopbackProxy;
import bench.Resident;
import bench.WorkerSession;
import bench.Workers;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.TransferMeter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A gibibyte to a worker that has a disk of its own, and back, also over a connection that breaks again and again. */
public final class TransferCase implements Case {

  private static final long BYTES = 1L << 30;
  private static final long CUT_BYTES = 50_000_000;
  private static final double MB_PER_SECOND = 300;
  private static final double GROWTH_MIB = 16;
  private static final double CUT_COST = 1.05;
  private static final long SAMPLE_MILLIS = 20;
  private static final String THERE = "artifacts/transfer/file";

  @Override
  public String name() {
    return "transfer";
  }

  @Override
  public String about() {
    return "1 GiB to a worker on a port and back, also with cuts (3 GB of disk)";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("loopback", () -> loopback(lab));
    lab.part("cuts", () -> cuts(lab));
  }

  private static List<Figure> loopback(Lab lab) throws Exception {
    Path file = file(lab);
    List<Double> up = new ArrayList<>();
    List<Double> down = new ArrayList<>();
    List<Double> growth = new ArrayList<>();
    List<Double> anonymous = new ArrayList<>();
    for (int i = 0; i < lab.pairs(); i++) {
      try (WorkerSession session = open(lab); FileClient files = session.files(session.sandbox().address())) {
        Path back = session.directory().resolve("back");
        long worker = WorkerSession.pid();
        Resident before = Resident.of(worker);
        Resident most = most(worker, () -> up.add(megabytesPerSecond(() -> files.upload(file, THERE, (moved, total) -> {}))));
        most = most.max(most(worker, () -> down.add(megabytesPerSecond(() -> files.download(THERE, back, BYTES, (moved, total) -> {})))));
        growth.add(most.mib() - before.mib());
        anonymous.add(most.anonymousMib() - before.anonymousMib());
        requireSame(file, back);
      }
    }
    String note = "plain TCP to 127.0.0.1, one file, checked by CRC, until it is on the disk";
    return List.of(
        Figure.atLeast("1 GiB from host to worker", "MB/s", up, MB_PER_SECOND, note),
        Figure.atLeast("1 GiB from worker to host", "MB/s", down, MB_PER_SECOND, note),
        Figure.of("resident memory of the worker meanwhile, above that with its session just opened", "MiB", growth, GROWTH_MIB, "--memory 512m, VmRSS, 20 ms samples"),
        Figure.of("the same of its anonymous memory", "MiB", anonymous, Double.NaN, "RssAnon"));
  }

  private static List<Figure> cuts(Lab lab) throws Exception {
    Path file = file(lab);
    List<Double> ratios = new ArrayList<>();
    long cuts = 2 * (BYTES / CUT_BYTES);
    try (WorkerSession session = open(lab);
        LoopbackProxy proxy = LoopbackProxy.before((WorkerAddress.Tcp) session.sandbox().address());
        FileClient files = session.files(proxy.address())) {
      Path back = session.directory().resolve("back");
      for (int i = 0; i <= lab.pairs(); i++) {
        double whole = bothWays(files, file, back, () -> (moved, total) -> {});
        double cut = bothWays(files, file, back, () -> new Cuts(proxy));
        if (i > 0) {
          ratios.add(cut / whole);
        }
      }
    }
    String note = "up and down through a proxy, cut %d times, against the same without cuts, pair by pair".formatted(cuts);
    return List.of(Figure.of("time with the connection cut every 50 MB", "x", ratios, CUT_COST, note));
  }

  /** Breaks the connection each time that one file has got so many bytes further. */
  private static final class Cuts implements TransferMeter {
    private final LoopbackProxy proxy;
    private long done;

    Cuts(LoopbackProxy proxy) {
      this.proxy = proxy;
    }

    @Override
    public void moved(long moved, long total) {
      if (moved / CUT_BYTES > done) {
        done = moved / CUT_BYTES;
        proxy.cut();
      }
    }
  }

  private static double bothWays(FileClient files, Path file, Path back, Supplier<TransferMeter> meters) throws Exception {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // Another content, as far as the worker knows.
    Files.deleteIfExists(back);
    long start = System.nanoTime();
    files.upload(file, THERE, meters.get());
    files.download(THERE, back, BYTES, meters.get());
    double millis = (System.nanoTime() - start) / 1e6;
    requireSame(file, back);
    return millis;
  }

  private static WorkerSession open(Lab lab) throws Exception {
    return WorkerSession.open(
        lab.workers().atPort(), Workers.sessions(lab.fresh("transfer-sessions"), "512m"), WorkerSession.DEAF);
  }

  private static Path file(Lab lab) throws Exception {
    return lab.once(
            "transfer-seed" + lab.seed(),
            folder -> {
              SplittableRandom random = new SplittableRandom(lab.seed());
              byte[] block = new byte[1 << 20];
              try (FileChannel out = FileChannel.open(folder.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (long written = 0; written < BYTES; written += block.length) {
                  random.nextBytes(block);
                  out.write(ByteBuffer.wrap(block));
                }
              }
            })
        .resolve("file");
  }

  /** What may fail. */
  private interface Action {
    void run() throws Exception;
  }

  private static double megabytesPerSecond(Action transfer) throws Exception {
    long start = System.nanoTime();
    transfer.run();
    return BYTES / 1e6 / ((System.nanoTime() - start) / 1e9);
  }

  /** The most that a process has resident while something is done. */
  private static Resident most(long pid, Action action) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                action.run();
                done.complete(null);
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            });
    Resident most = Resident.of(pid);
    while (true) {
      most = most.max(Resident.of(pid));
      try {
        done.get(SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
        return most;
      } catch (TimeoutException running) {
        continue;
      } catch (ExecutionException e) {
        throw new IOException("the transfer failed", e.getCause());
      }
    }
  }

  private static void requireSame(Path file, Path back) throws IOException {
    if (Files.mismatch(file, back) >= 0) {
      throw new IllegalStateException("what came back is not what was sent");
    }
  }
}
