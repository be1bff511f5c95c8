package dev.osiris.host.cli.setup;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Takes over SIGINT and SIGTERM. The JDK has no public way to do it but a shutdown hook, which
 * cannot hear a second signal; so this goes to {@code sun.misc.Signal} by reflection, and where
 * that is missing a signal simply ends the process.
 */
public final class Signals {

  private Signals() {}

  /** Calls the task at each signal of that name, {@code INT} or {@code TERM}. */
  public static void on(String name, Runnable task) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler calls =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  task.run();
                  yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                // One handler for each signal, and nobody compares them.
                case "equals" -> false;
                default -> "signal handler";
              };
      Object listener =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, calls);
      var unused =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      System.getLogger(Signals.class.getName())
          .log(System.Logger.Level.DEBUG, "signal {0} keeps its meaning: {1}", name, e.toString());
    }
  }
}
