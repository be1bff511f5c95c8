package dev.osiris.worker.registry;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.driver.Driver;
import dev.osiris.wire.ComponentYaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The drivers of this worker by component name, each with its description. Filled once, at start.
 */
public final class DriverRegistry {

  private final Map<String, Driver> drivers = new TreeMap<>();
  private final List<ComponentSpec> specs = new ArrayList<>();

  private DriverRegistry() {}

  /**
   * Loads the worker's own drivers, and those of all jars of a folder through a class loader of
   * their own.
   *
   * @throws IllegalStateException naming the driver and what is wrong with it: a worker with a
   *     broken driver does not start
   */
  public static DriverRegistry load(@Nullable Path folder) throws IOException {
    DriverRegistry registry = new DriverRegistry();
    registry.addAll(DriverRegistry.class.getClassLoader());
    if (folder != null) {
      List<Path> jars;
      try (Stream<Path> files = Files.list(folder)) {
        jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      }
      int before = registry.drivers.size();
      registry.addAll(DriverClassLoader.of(jars));
      if (registry.drivers.size() == before) {
        throw new IllegalStateException(
            "the folder " + folder + " holds no driver jar; remove --drivers or add one");
      }
    }
    return registry;
  }

  /** The driver of a component that {@link #catalog} holds. */
  public Driver driver(String component) {
    Driver driver = drivers.get(component);
    if (driver == null) {
      throw new IllegalArgumentException("no driver runs " + component);
    }
    return driver;
  }

  public ComponentCatalog catalog() {
    return ComponentCatalog.of(specs);
  }

  private void addAll(ClassLoader loader) throws IOException {
    for (Driver driver : ServiceLoader.load(Driver.class, loader)) {
      if (loader.equals(driver.getClass().getClassLoader())) {
        add(driver, loader);
      }
    }
  }

  private void add(Driver driver, ClassLoader loader) throws IOException {
    String name = driver.component();
    String resource = "components/" + name + ".yaml";
    String yaml;
    try (InputStream in = loader.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "driver " + name + " has no description; its jar lacks " + resource);
      }
      yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    ComponentSpec spec = ComponentYaml.read(yaml, resource);
    if (!spec.name().equals(name)) {
      throw new IllegalStateException(
          resource + " describes '" + spec.name() + "', and the driver runs '" + name + "'");
    }
    if (spec.spiVersion() != ComponentSpec.SPI_VERSION) {
      throw new IllegalStateException(
          "driver "
              + name
              + " is written for SPI "
              + spec.spiVersion()
              + "; this worker has SPI "
              + ComponentSpec.SPI_VERSION);
    }
    if (drivers.put(name, driver) != null) {
      throw new IllegalStateException("two drivers run " + name);
    }
    specs.add(spec);
  }
}
