package dev.osiris.host.transfer;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.ConfigValidator;
import dev.osiris.component.FieldType;
import dev.osiris.step.StepSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which values of a step's configuration are paths. */
record StepPaths(ComponentCatalog components) {

  /** Paths and globs of what the step reads. */
  List<String> inputs(StepSpec step) {
    return values(step, FieldType.INPUT_PATH);
  }

  /** Paths of what the step writes. */
  List<String> outputs(StepSpec step) {
    return values(step, FieldType.OUTPUT_PATH);
  }

  private List<String> values(StepSpec step, FieldType type) {
    ComponentSpec component = components.find(step.component()).orElse(null);
    if (component == null) {
      return List.of();
    }
    Map<String, @Nullable Object> config = ConfigValidator.withDefaults(component, step.config());
    List<String> paths = new ArrayList<>();
    for (ConfigField field : component.fields()) {
      Object value = config.get(field.name());
      if (field.types().contains(type) && value instanceof String text) {
        paths.add(text);
      } else if (field.elements() == type) {
        elements(value).stream()
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .forEach(paths::add);
      }
    }
    return paths;
  }

  private static Collection<?> elements(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> list;
      case Map<?, ?> map -> map.values();
      case null, default -> List.of();
    };
  }
}
