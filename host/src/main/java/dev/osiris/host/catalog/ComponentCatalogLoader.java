package dev.osiris.host.catalog;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionUse;
import dev.osiris.component.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects the components that come with the product and those of a folder of driver jars, and the
 * families of their connections. Loads no class of a jar: only {@code components/<name>.yaml} and
 * {@code connections/<family>.yaml} are read.
 */
public final class ComponentCatalogLoader {

  private final ClassLoader bundled;
  private final DocumentReader<ComponentSpec> components;
  private final DocumentReader<ConnectionFamily> families;

  /**
   * Prepares loading.
   *
   * @param bundled whose resources {@code components/index} and {@code connections/index} name the
   *     product's own, one a line
   */
  public ComponentCatalogLoader(
      ClassLoader bundled,
      DocumentReader<ComponentSpec> components,
      DocumentReader<ConnectionFamily> families) {
    this.bundled = bundled;
    this.components = components;
    this.families = families;
  }

  /**
   * Reads all components and families.
   *
   * @param drivers folder of driver jars; {@code null} for none
   * @throws CatalogException with all problems
   */
  public ComponentCatalog load(@Nullable Path drivers) {
    List<String> problems = new ArrayList<>();
    Collected<ComponentSpec> specs =
        new Collected<>("component", components, ComponentSpec::name, problems);
    Collected<ConnectionFamily> connections =
        new Collected<>("connection family", families, ConnectionFamily::name, problems);
    Documents found = new Documents(bundled, problems);
    found.bundled("components", specs);
    found.bundled("connections", connections);
    if (drivers != null) {
      found.jars(drivers, Map.of("components", specs, "connections", connections));
    }
    specs.origins.forEach((name, source) -> check(specs, connections, name, source, problems));
    if (!problems.isEmpty()) {
      throw new CatalogException(problems);
    }
    return ComponentCatalog.of(specs.byName.values(), connections.byName.values());
  }

  private static void check(
      Collected<ComponentSpec> specs,
      Collected<ConnectionFamily> families,
      String name,
      String source,
      List<String> problems) {
    ComponentSpec spec = specs.byName.get(name);
    if (spec == null) {
      return;
    }
    if (spec.spiVersion() < 1 || spec.spiVersion() > ComponentSpec.SPI_VERSION) {
      problems.add(
          source
              + ": is written for version "
              + spec.spiVersion()
              + " of the driver interface, and this build has "
              + ComponentSpec.SPI_VERSION);
    }
    ConnectionUse use = spec.connection();
    if (use != null && !families.byName.containsKey(use.family())) {
      problems.add(
          source
              + ": uses connections of the family '"
              + use.family()
              + "', which nobody brings as connections/"
              + use.family()
              + ".yaml"
              + Suggestion.phrase(use.family(), families.byName.keySet()));
    }
  }

  /** Descriptions of one kind, by name. */
  private static final class Collected<T> implements Documents.Sink {

    private final String kind;
    private final DocumentReader<T> reader;
    private final Function<T, String> name;
    private final List<String> problems;
    private final Map<String, T> byName = new TreeMap<>();
    private final Map<String, String> origins = new LinkedHashMap<>();

    Collected(
        String kind, DocumentReader<T> reader, Function<T, String> name, List<String> problems) {
      this.kind = kind;
      this.reader = reader;
      this.name = name;
      this.problems = problems;
    }

    @Override
    public void add(String source, String fileName, String yaml) {
      T description;
      try {
        description = reader.read(source, yaml);
      } catch (RuntimeException refused) {
        // Not only what the reader declares: a strange file of one jar must not hide the others.
        String message = String.valueOf(refused.getMessage());
        problems.add(message.contains(source) ? message : source + ": " + message);
        return;
      }
      String own = name.apply(description);
      String earlier = origins.putIfAbsent(own, source);
      if (!own.equals(fileName)) {
        problems.add(
            source + ": the " + kind + " is called '" + own + "', and its file must be too");
      } else if (earlier != null) {
        problems.add(source + ": " + kind + " '" + own + "' is also in " + earlier);
      } else {
        byName.put(own, description);
      }
    }
  }
}
