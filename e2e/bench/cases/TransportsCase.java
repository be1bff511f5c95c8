package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.WorkerSession;
import bench.Workers;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The three ways to a container, in turn: what a step costs by each that does nothing. */
public final class TransportsCase implements Case {

  private static final double BRIDGE_MORE_MILLIS = 2;
  // The worker compiles what it uses.
  private static final int COLD = 50;

  @Override
  public String name() {
    return "transports";
  }

  @Override
  public String about() {
    return "a step by each way to a container: socket, port, bridge";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", lab.workers().dockerMissing(), () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path sessions = lab.fresh("transports-sessions");
    Map<Transport, List<Double>> millis = new EnumMap<>(Transport.class);
    try (WorkerSession socket = open(lab, sessions, Transport.SOCKET);
        WorkerSession port = open(lab, sessions, Transport.PORT);
        WorkerSession bridge = open(lab, sessions, Transport.BRIDGE)) {
      Map<Transport, WorkerSession> all = Map.of(Transport.SOCKET, socket, Transport.PORT, port, Transport.BRIDGE, bridge);
      for (int i = -COLD; i < lab.times(40); i++) {
        for (Transport transport : List.of(Transport.SOCKET, Transport.PORT, Transport.BRIDGE)) {
          double took = all.get(transport).query("SELECT 1 AS x");
          if (i >= 0) {
            millis.computeIfAbsent(transport, key -> new ArrayList<>()).add(took);
          }
        }
      }
    }
    Lab.delete(sessions);
    List<Double> socket = millis.get(Transport.SOCKET);
    return List.of(
        Figure.of("SELECT 1 as a step in a container, by the socket", "ms", socket, Double.NaN, "--memory 256m; three containers, in turn"),
        above("the same by the bridge: above the socket", millis.get(Transport.BRIDGE), socket, BRIDGE_MORE_MILLIS),
        above("the same by the port with TLS: above the socket", millis.get(Transport.PORT), socket, Double.NaN));
  }

  private static WorkerSession open(Lab lab, Path sessions, Transport transport) throws Exception {
    return WorkerSession.open(lab.workers().docker(transport), Workers.sessions(sessions, "256m"), WorkerSession.DEAF);
  }

  /** Medians and tails are compared, not pairs: whatever disturbs a step disturbs each way as often. */
  private static Figure above(String name, List<Double> values, List<Double> socket, double limit) {
    double median = Figure.percentile(values, 50) - Figure.percentile(socket, 50);
    double p95 = Figure.percentile(values, 95) - Figure.percentile(socket, 95);
    return new Figure(name, "ms", values.size(), median, p95, limit, false, "medians, and the 95th percentiles, of the same run");
  }
}
