package dev.osiris.host.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionUse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentCatalogLoaderTest {

  @TempDir private Path folder;
  private Path bundled;
  private Path drivers;

  @BeforeEach
  void makeFolders() throws IOException {
    bundled = Files.createDirectories(folder.resolve("bundled/components")).getParent();
    drivers = Files.createDirectories(folder.resolve("drivers"));
  }

  @Test
  void catalog_holdsWhatTheIndexNames() throws IOException {
    bundle("a.one\n\n  a.two  \n", Map.of("a.one", "a.one 1", "a.two", "a.two 1", "a.three", "no"));

    assertThat(load(null)).containsExactly("a.one", "a.two");
  }

  @Test
  void catalog_holdsWhatTheJarsHave_withoutTheirClasses() throws IOException {
    bundle("a.one\n", Map.of("a.one", "a.one 1"));
    jar(
        "x.jar",
        Map.of(
            "components/b.one.yaml",
            "b.one 1",
            "components/index",
            "?",
            "b/Broken.class",
            "no class"));
    jar(
        "y.jar",
        Map.of(
            "components/b.two.yaml",
            "b.two 1",
            "components/deep/no.yaml",
            "?",
            "META-INF/x.yaml",
            "?"));
    Files.writeString(drivers.resolve("readme.txt"), "no jar");

    assertThat(load(drivers)).containsExactly("a.one", "b.one", "b.two");
  }

  @Test
  void problems_areReportedAtOnce() throws IOException {
    bundle("a.one\nmissing\n", Map.of("a.one", "a.one 1"));
    Files.writeString(drivers.resolve("broken.jar"), "not a zip");
    jar("m.jar", Map.of("components/a.one.yaml", "a.one 1"));
    jar("n.jar", Map.of("components/b.yaml", "c 1"));
    jar("o.jar", Map.of("components/d.yaml", "d 2"));
    jar("p.jar", Map.of("components/e.yaml", "refuse"));
    jar("q.jar", Map.of("components/q.yaml", "q 1 fm", "connections/fam.yaml", "fam"));
    jar("r.jar", Map.of("components/r.yaml", "r 1 fam"));

    CatalogException refused = catchThrowableOfType(CatalogException.class, () -> load(drivers));

    assertThat(refused.problems())
        .containsExactly(
            "components/index names 'missing', and there is no components/missing.yaml",
            "the driver jar 'broken.jar' cannot be read",
            "m.jar!components/a.one.yaml: component 'a.one' is also in components/a.one.yaml",
            "n.jar!components/b.yaml: the component is called 'c', and its file must be too",
            "p.jar!components/e.yaml: cannot be understood",
            "o.jar!components/d.yaml: is written for version 2 of the driver interface, and this"
                + " build has 1",
            "q.jar!components/q.yaml: uses connections of the family 'fm', which nobody brings as"
                + " connections/fm.yaml; did you mean 'fam'?");
  }

  @Test
  void folderOfDrivers_isAProblem_whenItDoesNotExist() throws IOException {
    bundle("", Map.of());
    Path none = folder.resolve("none");

    assertThat(catchThrowableOfType(CatalogException.class, () -> load(none)).problems())
        .containsExactly("the folder of drivers '" + none + "' cannot be read");
  }

  /** Names of the components, whose text is "name spi-version [family]". */
  private List<String> load(Path jars) throws IOException {
    URL[] urls = {bundled.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, null)) {
      return List.copyOf(
          new ComponentCatalogLoader(
                  loader, ComponentCatalogLoaderTest::read, ComponentCatalogLoaderTest::family)
              .load(jars)
              .names());
    }
  }

  private static ComponentSpec read(String source, String text) {
    String[] words = text.split(" ");
    if (words.length < 2) {
      throw new IllegalArgumentException("cannot be understood");
    }
    return new ComponentSpec(
        words[0],
        "1",
        Integer.parseInt(words[1]),
        ComponentKind.EXTRACTOR,
        source,
        ComponentSpec.Inputs.NONE,
        List.of(),
        List.of(),
        words.length > 2 ? new ConnectionUse(words[2], true) : null,
        null);
  }

  private static ConnectionFamily family(String source, String text) {
    return new ConnectionFamily(text, source, "", List.of(), List.of());
  }

  private void bundle(String index, Map<String, String> components) throws IOException {
    Files.writeString(bundled.resolve("components/index"), index);
    for (Map.Entry<String, String> component : components.entrySet()) {
      Files.writeString(
          bundled.resolve("components/" + component.getKey() + ".yaml"), component.getValue());
    }
  }

  private void jar(String name, Map<String, String> entries) throws IOException {
    try (OutputStream file = Files.newOutputStream(drivers.resolve(name));
        JarOutputStream jar = new JarOutputStream(file)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
