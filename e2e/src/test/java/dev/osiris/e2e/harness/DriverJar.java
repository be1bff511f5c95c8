package dev.osiris.e2e.harness;

import dev.osiris.driver.Driver;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Builds a driver jar as an author does: javac against the SPI alone, and a jar with service file
 * and YAML.
 */
public final class DriverJar {

  private DriverJar() {}

  /** The jar of {@code examples/drivers}, in a folder of its own for {@code --drivers}. */
  public static Path examples(Path parent) {
    Path main = Installation.repository().resolve("examples/drivers/src/main");
    return build(
        parent.resolve("example-drivers"), main.resolve("java"), main.resolve("resources"));
  }

  /** A driver that does what it should not; see its source among the test resources. */
  public static Path misbehaving(Path parent) {
    return ofTests(parent, "misbehaving");
  }

  /** A driver that tries to get out of its sandbox. */
  public static Path escaping(Path parent) {
    return ofTests(parent, "escaping");
  }

  /** Drivers with a family of connections of their own. */
  public static Path vault(Path parent) {
    return ofTests(parent, "vault");
  }

  private static Path ofTests(Path parent, String name) {
    try {
      Path home =
          Path.of(Objects.requireNonNull(DriverJar.class.getResource("/drivers/" + name)).toURI());
      return build(
          parent.resolve(name + "-drivers"), home.resolve("src"), home.resolve("resources"));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path build(Path folder, Path sources, Path resources) {
    try {
      Path classes =
          Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-classes"));
      compile(files(sources), classes);
      Files.createDirectories(folder);
      try (OutputStream out = Files.newOutputStream(folder.resolve("driver.jar"));
          JarOutputStream jar = new JarOutputStream(out)) {
        add(jar, classes);
        add(jar, resources);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compile(List<Path> sources, Path classes) throws IOException {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files =
        javac.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      String spi = Path.of(uri(Driver.class)).toString();
      List<String> options =
          List.of("-d", classes.toString(), "-cp", spi, "-proc:none", "-Xlint:all", "-Werror");
      boolean good =
          javac
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!good) {
        throw new AssertionError("the drivers do not compile:\n" + messages);
      }
    }
  }

  private static java.net.URI uri(Class<?> type) {
    try {
      return type.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(JarOutputStream jar, Path root) throws IOException {
    for (Path file : files(root)) {
      jar.putNextEntry(new JarEntry(root.relativize(file).toString()));
      Files.copy(file, jar);
      jar.closeEntry();
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
