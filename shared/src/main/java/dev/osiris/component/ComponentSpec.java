package dev.osiris.component;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a component is and accepts, as read from {@code components/<name>.yaml} of the driver's jar.
 *
 * @param name such as {@code filesystem.csv_extractor}
 * @param version of the driver
 * @param spiVersion of the driver SPI that it was written for
 * @param inputs how many inputs it takes
 * @param exactlyOneOf groups of keys of which exactly one must be given
 * @param connection that its steps use; {@code null} for none
 * @param keepsState key of the configuration with which a step remembers from run to run how far it
 *     has come; {@code null} when none does
 */
public record ComponentSpec(
    String name,
    String version,
    int spiVersion,
    ComponentKind kind,
    String summary,
    Inputs inputs,
    List<ConfigField> fields,
    List<List<String>> exactlyOneOf,
    @Nullable ConnectionUse connection,
    @Nullable String keepsState) {

  /** The version of the SPI in {@code dev.osiris.driver}. */
  public static final int SPI_VERSION = 1;

  /** What a component takes from earlier steps. */
  public enum Inputs {
    /** Needs only order the step. */
    NONE,
    /** Exactly one table. */
    ONE_TABLE,
    /** Any number of tables or files, none included. */
    ANY
  }

  public ComponentSpec {
    fields = List.copyOf(fields);
    exactlyOneOf = exactlyOneOf.stream().map(List::copyOf).toList();
  }

  /** A component that uses no connection and remembers nothing. */
  public ComponentSpec(
      String name,
      String version,
      int spiVersion,
      ComponentKind kind,
      String summary,
      Inputs inputs,
      List<ConfigField> fields,
      List<List<String>> exactlyOneOf) {
    this(name, version, spiVersion, kind, summary, inputs, fields, exactlyOneOf, null, null);
  }

  /** Whether a step of this configuration remembers something from run to run. */
  public boolean keepsState(Map<String, @Nullable Object> config) {
    return keepsState != null && config.get(keepsState) != null;
  }

  /** The field of that name or alias. */
  public Optional<ConfigField> field(String key) {
    return fields.stream()
        .filter(field -> field.name().equals(key) || field.aliases().contains(key))
        .findFirst();
  }
}
