package dev.osiris.component;

import java.util.List;
import java.util.Optional;

/**
 * What the connections of one family consist of, as read from {@code connections/<family>.yaml}.
 *
 * @param name such as {@code postgres}
 * @param advice what to do when none of a group of {@code exactlyOneOf} is given; may be empty
 * @param exactlyOneOf groups of fields of which exactly one must be given
 */
public record ConnectionFamily(
    String name,
    String summary,
    String advice,
    List<ConnectionField> fields,
    List<List<String>> exactlyOneOf) {

  public ConnectionFamily {
    fields = List.copyOf(fields);
    exactlyOneOf = exactlyOneOf.stream().map(List::copyOf).toList();
  }

  /** The field of that name or alias. */
  public Optional<ConnectionField> field(String key) {
    return fields.stream()
        .filter(field -> field.name().equals(key) || field.field().aliases().contains(key))
        .findFirst();
  }

  /** The fields as those of a component, so that one validator serves both. */
  public ComponentSpec spec() {
    return new ComponentSpec(
        "connections of the family " + name,
        "1",
        ComponentSpec.SPI_VERSION,
        ComponentKind.PROCESSOR,
        summary,
        ComponentSpec.Inputs.NONE,
        fields.stream().map(ConnectionField::field).toList(),
        List.of());
  }
}
