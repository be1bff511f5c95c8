package dev.osiris.host.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Finds YAML documents in the product's own resources and in jars. */
final class Documents {

  private static final String SUFFIX = ".yaml";
  private static final int MAX_BYTES = 1 << 20;

  private final ClassLoader bundled;
  private final List<String> problems;

  Documents(ClassLoader bundled, List<String> problems) {
    this.bundled = bundled;
    this.problems = problems;
  }

  /** Takes the documents of a folder. */
  interface Sink {

    /**
     * Takes one.
     *
     * @param source for messages: a file, or a jar and its entry
     * @param name of its file, without the ending
     */
    void add(String source, String name, String yaml);
  }

  /** The documents that the resource {@code <folder>/index} names, one a line. */
  void bundled(String folder, Sink sink) {
    String index = folder + "/index";
    // The same jar may be on a class path twice, by itself and by the manifest of another.
    Set<String> names = new LinkedHashSet<>();
    try {
      for (URL found : Collections.list(bundled.getResources(index))) {
        try (InputStream in = found.openStream()) {
          text(in).lines().map(String::strip).filter(name -> !name.isEmpty()).forEach(names::add);
        }
      }
    } catch (IOException unreadable) {
      problems.add(index + " cannot be read");
    }
    names.forEach(name -> resource(folder, index, name, sink));
  }

  private void resource(String folder, String index, String name, Sink sink) {
    String path = folder + "/" + name + SUFFIX;
    try (InputStream in = bundled.getResourceAsStream(path)) {
      if (in == null) {
        problems.add(index + " names '" + name + "', and there is no " + path);
      } else {
        sink.add(path, name, text(in));
      }
    } catch (IOException unreadable) {
      problems.add(path + " cannot be read");
    }
  }

  /** The documents directly in these folders of every jar of a directory. */
  void jars(Path directory, Map<String, Sink> sinks) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        problems.add("the folder of drivers '" + directory + "' (--drivers) holds no jar");
      }
      jars.forEach(jar -> jar(jar, sinks));
    } catch (IOException unreadable) {
      problems.add("the folder of drivers '" + directory + "' cannot be read");
    }
  }

  private void jar(Path file, Map<String, Sink> sinks) {
    try (JarFile jar = new JarFile(file.toFile())) {
      for (JarEntry entry : jar.stream().filter(found -> !found.isDirectory()).toList()) {
        String path = entry.getName();
        int slash = path.lastIndexOf('/');
        Sink sink = slash < 0 ? null : sinks.get(path.substring(0, slash));
        if (sink == null || !path.endsWith(SUFFIX)) {
          continue;
        }
        String name = path.substring(slash + 1, path.length() - SUFFIX.length());
        try (InputStream in = jar.getInputStream(entry)) {
          sink.add(file.getFileName() + "!" + path, name, text(in));
        }
      }
    } catch (IOException | SecurityException unreadable) {
      problems.add("the driver jar '" + file.getFileName() + "' cannot be read");
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
