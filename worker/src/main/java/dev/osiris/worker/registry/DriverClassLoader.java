package dev.osiris.worker.registry;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Loads the jars of a driver folder. Its parent shows the JDK and the SPI and nothing else of the
 * worker, so a driver may bring any version of any library.
 */
final class DriverClassLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  private DriverClassLoader(URL[] jars, ClassLoader parent) {
    super("drivers", jars, parent);
  }

  static DriverClassLoader of(List<Path> jars) {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      try {
        urls.add(jar.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException("no driver jar: " + jar, e);
      }
    }
    return new DriverClassLoader(urls.toArray(URL[]::new), new SpiOnly());
  }

  /** Shows the packages of module {@code shared} out of the worker's own class path. */
  private static final class SpiOnly extends ClassLoader {

    private static final List<String> VISIBLE =
        List.of(
            "dev.osiris.driver.",
            "dev.osiris.failure.",
            "dev.osiris.step.",
            "dev.osiris.unit.",
            "org.jspecify.annotations.");

    SpiOnly() {
      super("driver-spi", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (VISIBLE.stream().anyMatch(name::startsWith)) {
        return DriverClassLoader.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
      return Collections.emptyEnumeration();
    }
  }
}
