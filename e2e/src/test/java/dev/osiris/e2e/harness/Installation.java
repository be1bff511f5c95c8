package dev.osiris.e2e.harness;

import java.nio.file.Path;

/** Where the build left what the tests start. Maven says so by system properties. */
public final class Installation {

  private Installation() {}

  /** The root of the repository. */
  public static Path repository() {
    return property("osiris.repository");
  }

  /** Holds {@code osiris-worker.jar}, {@code lib/} and {@code native/}. */
  public static Path workerHome() {
    return property("osiris.worker.home");
  }

  /** Holds {@code osiris-host.jar} and {@code lib/}. */
  public static Path hostHome() {
    return repository().resolve("host/target");
  }

  /** The JDK that runs these tests. */
  public static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }

  public static Path java() {
    return javaHome().resolve("bin/java");
  }

  private static Path property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("-D" + name + " is not set; run these tests with Maven");
    }
    return Path.of(value).toAbsolutePath();
  }
}
