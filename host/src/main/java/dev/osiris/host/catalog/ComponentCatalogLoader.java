package dev.osiris.host.catalog;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects the components that come with the product and those of a folder of driver jars. Loads no
 * class of a jar: only {@code components/<name>.yaml} is read.
 */
public final class ComponentCatalogLoader {

  private static final String FOLDER = "components/";
  private static final String INDEX = FOLDER + "index";
  private static final String SUFFIX = ".yaml";
  private static final int MAX_BYTES = 1 << 20;

  private final ClassLoader bundled;
  private final ComponentReader reader;

  /**
   * Prepares loading.
   *
   * @param bundled whose resource {@code components/index} names the product's own components, one
   *     a line
   */
  public ComponentCatalogLoader(ClassLoader bundled, ComponentReader reader) {
    this.bundled = bundled;
    this.reader = reader;
  }

  /**
   * Reads all components.
   *
   * @param drivers folder of driver jars; {@code null} for none
   * @throws CatalogException with all problems
   */
  public ComponentCatalog load(@Nullable Path drivers) {
    return new Loading().load(drivers);
  }

  /** One call of {@link #load}. */
  private final class Loading {

    private final List<String> problems = new ArrayList<>();
    private final Map<String, ComponentSpec> specs = new TreeMap<>();
    private final Map<String, String> origins = new LinkedHashMap<>();

    ComponentCatalog load(@Nullable Path drivers) {
      loadBundled();
      if (drivers != null) {
        loadJars(drivers);
      }
      if (!problems.isEmpty()) {
        throw new CatalogException(problems);
      }
      return ComponentCatalog.of(specs.values());
    }

    private void loadBundled() {
      // The same jar may be on a class path twice, by itself and by the manifest of another.
      Set<String> names = new LinkedHashSet<>();
      try {
        for (URL index : Collections.list(bundled.getResources(INDEX))) {
          try (InputStream in = index.openStream()) {
            text(in).lines().map(String::strip).filter(name -> !name.isEmpty()).forEach(names::add);
          }
        }
      } catch (IOException unreadable) {
        problems.add(INDEX + " cannot be read");
      }
      names.forEach(this::loadResource);
    }

    private void loadResource(String name) {
      String path = FOLDER + name + SUFFIX;
      try (InputStream in = bundled.getResourceAsStream(path)) {
        if (in == null) {
          problems.add(INDEX + " names '" + name + "', and there is no " + path);
        } else {
          add(path, name, text(in));
        }
      } catch (IOException unreadable) {
        problems.add(path + " cannot be read");
      }
    }

    private void loadJars(Path folder) {
      try (Stream<Path> files = Files.list(folder)) {
        List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        if (jars.isEmpty()) {
          problems.add("the folder of drivers '" + folder + "' (--drivers) holds no jar");
        }
        jars.forEach(this::loadJar);
      } catch (IOException unreadable) {
        problems.add("the folder of drivers '" + folder + "' cannot be read");
      }
    }

    private void loadJar(Path file) {
      try (JarFile jar = new JarFile(file.toFile())) {
        List<JarEntry> entries =
            jar.stream()
                .filter(entry -> !entry.isDirectory())
                .filter(entry -> entry.getName().startsWith(FOLDER))
                .filter(entry -> entry.getName().endsWith(SUFFIX))
                .filter(entry -> entry.getName().indexOf('/', FOLDER.length()) < 0)
                .toList();
        for (JarEntry entry : entries) {
          String path = entry.getName();
          String name = path.substring(FOLDER.length(), path.length() - SUFFIX.length());
          try (InputStream in = jar.getInputStream(entry)) {
            add(file.getFileName() + "!" + path, name, text(in));
          }
        }
      } catch (IOException | SecurityException unreadable) {
        problems.add("the driver jar '" + file.getFileName() + "' cannot be read");
      }
    }

    private void add(String source, String name, String yaml) {
      ComponentSpec spec;
      try {
        spec = reader.read(source, yaml);
      } catch (RuntimeException refused) {
        // Not only what the reader declares: a strange file of one jar must not hide the others.
        String message = String.valueOf(refused.getMessage());
        problems.add(message.contains(source) ? message : source + ": " + message);
        return;
      }
      String earlier = origins.putIfAbsent(spec.name(), source);
      if (!spec.name().equals(name)) {
        problems.add(
            source + ": the component is called '" + spec.name() + "', and its file must be too");
      } else if (spec.spiVersion() < 1 || spec.spiVersion() > ComponentSpec.SPI_VERSION) {
        problems.add(
            source
                + ": is written for version "
                + spec.spiVersion()
                + " of the driver interface, and"
                + " this build has "
                + ComponentSpec.SPI_VERSION);
      } else if (earlier != null) {
        problems.add(source + ": component '" + name + "' is also in " + earlier);
      } else {
        specs.put(name, spec);
      }
    }

    private static String text(InputStream in) throws IOException {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("larger than 1 MiB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
