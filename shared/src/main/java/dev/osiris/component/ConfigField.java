package dev.osiris.component;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One configuration key of a component.
 *
 * @param types the value must be of one of these
 * @param elements type of the elements of a list or of the values of a map; {@code null} for any
 * @param defaultValue used when the key is absent; {@code null} for none
 * @param secret never shown, never written; a literal in a pipeline is refused
 * @param allowed the only values accepted, as text without regard to case; empty for any
 * @param min smallest number accepted, and least number of elements of a list
 * @param max largest number accepted
 * @param requiredIf the key is required when each of these other keys has the given value
 * @param aliases other spellings that are accepted and read as this key
 * @param refused when not empty the key is known and not accepted, for this reason
 */
public record ConfigField(
    String name,
    List<FieldType> types,
    @Nullable FieldType elements,
    boolean required,
    @Nullable Object defaultValue,
    boolean secret,
    List<String> allowed,
    @Nullable Long min,
    @Nullable Long max,
    Map<String, Object> requiredIf,
    List<String> aliases,
    String refused,
    String description) {

  public ConfigField {
    types = List.copyOf(types);
    allowed = List.copyOf(allowed);
    requiredIf = Map.copyOf(requiredIf);
    aliases = List.copyOf(aliases);
  }
}
