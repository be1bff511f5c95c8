package dev.osiris.component;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The components that are known, by name. Immutable. */
public final class ComponentCatalog {

  private final Map<String, ComponentSpec> specs;

  private ComponentCatalog(Map<String, ComponentSpec> specs) {
    this.specs = Collections.unmodifiableMap(specs);
  }

  /**
   * Collects specs.
   *
   * @throws IllegalArgumentException when two have the same name
   */
  public static ComponentCatalog of(Collection<ComponentSpec> specs) {
    Map<String, ComponentSpec> byName = new TreeMap<>();
    for (ComponentSpec spec : specs) {
      if (byName.put(spec.name(), spec) != null) {
        throw new IllegalArgumentException("component '" + spec.name() + "' is defined twice");
      }
    }
    return new ComponentCatalog(byName);
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
}
