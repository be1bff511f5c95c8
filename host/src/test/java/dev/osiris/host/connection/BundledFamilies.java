package dev.osiris.host.connection;

import dev.osiris.component.ConnectionFamily;
import dev.osiris.host.catalog.ComponentCatalogLoader;
import dev.osiris.wire.ComponentYaml;
import dev.osiris.wire.FamilyYaml;
import java.util.Map;

/** The families of connections that come with the product. */
public final class BundledFamilies {

  public static final Map<String, ConnectionFamily> ALL =
      new ComponentCatalogLoader(
              BundledFamilies.class.getClassLoader(),
              (source, yaml) -> ComponentYaml.read(yaml, source),
              (source, yaml) -> FamilyYaml.read(yaml, source))
          .load(null)
          .families();

  private BundledFamilies() {}
}
