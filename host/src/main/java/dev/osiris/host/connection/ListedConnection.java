package dev.osiris.host.connection;

import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionField;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A connection as people may see it.
 *
 * @param isDefault whether steps take it that name none
 * @param known whether its family is known; of one that is not every field is masked
 * @param fields as they are written, variables filled in, secrets as {@code ***}
 * @param unset variables that it needs and that have no value
 */
public record ListedConnection(
    ConnectionRef reference,
    boolean isDefault,
    boolean known,
    Map<String, String> fields,
    List<String> unset) {

  private static final String MASK = "***";

  public ListedConnection {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    unset = List.copyOf(unset);
  }

  /** Every connection of a file, in its order. */
  public static List<ListedConnection> of(ConnectionsFile file) {
    return file.all().stream().map(reference -> of(file, reference)).toList();
  }

  private static ListedConnection of(ConnectionsFile file, ConnectionRef reference) {
    ConnectionFamily family = file.family(reference.family()).orElse(null);
    Map<String, String> fields = new LinkedHashMap<>();
    List<String> unset = new ArrayList<>();
    for (Entry entry : WrittenFields.of(file.fields(reference))) {
      ConnectionField field = family == null ? null : family.field(entry.key()).orElse(null);
      fields.put(
          entry.key(),
          field == null || field.secret() ? MASK : text(file.variables(), entry.value()));
      if (field != null && !field.unused()) {
        unset(file.variables(), entry.value(), unset);
      }
    }
    boolean isDefault =
        file.defaultAlias(reference.family()).filter(reference.alias()::equals).isPresent();
    return new ListedConnection(
        reference, isDefault, family != null, fields, unset.stream().distinct().toList());
  }

  private static String text(Variables variables, @Nullable YamlNode node) {
    return switch (node) {
      case Scalar scalar when scalar.value() == null -> "";
      case Scalar scalar ->
          variables.unset(scalar.text()).isEmpty()
              ? variables.expand(scalar.text())
              : scalar.text();
      case Mapping map ->
          map.entries().stream()
              .map(entry -> entry.key() + "=" + text(variables, entry.value()))
              .collect(Collectors.joining(", "));
      case null, default -> "?";
    };
  }

  private static void unset(Variables variables, YamlNode node, List<String> unset) {
    if (node instanceof Scalar scalar) {
      unset.addAll(variables.unset(scalar.text()));
    } else if (node instanceof Mapping map) {
      map.entries().forEach(entry -> unset(variables, entry.value(), unset));
    }
  }
}
