package dev.osiris.component;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The components that are known and the families of their connections, by name. Immutable. */
public final class ComponentCatalog {

  private final Map<String, ComponentSpec> specs;

  private final Map<String, ConnectionFamily> families;

  private ComponentCatalog(
      Map<String, ComponentSpec> specs, Map<String, ConnectionFamily> families) {
    this.specs = Collections.unmodifiableMap(specs);
    this.families = Collections.unmodifiableMap(families);
  }

  /** Collects specs of components that use no connections, or whose families do not matter. */
  public static ComponentCatalog of(Collection<ComponentSpec> specs) {
    return of(specs, List.of());
  }

  /**
   * Collects specs.
   *
   * @throws IllegalArgumentException when two have the same name
   */
  public static ComponentCatalog of(
      Collection<ComponentSpec> specs, Collection<ConnectionFamily> families) {
    Map<String, ComponentSpec> byName = new TreeMap<>();
    for (ComponentSpec spec : specs) {
      if (byName.put(spec.name(), spec) != null) {
        throw new IllegalArgumentException("component '" + spec.name() + "' is defined twice");
      }
    }
    Map<String, ConnectionFamily> familiesByName = new TreeMap<>();
    for (ConnectionFamily family : families) {
      if (familiesByName.put(family.name(), family) != null) {
        throw new IllegalArgumentException(
            "connection family '" + family.name() + "' is defined twice");
      }
    }
    return new ComponentCatalog(byName, familiesByName);
  }

  public Optional<ComponentSpec> find(String name) {
    return Optional.ofNullable(specs.get(name));
  }

  /** All specs, by name. */
  public Collection<ComponentSpec> all() {
    return specs.values();
  }

  public Collection<String> names() {
    return specs.keySet();
  }

  /** The families of connections, by name. */
  public Map<String, ConnectionFamily> families() {
    return families;
  }
}
