package dev.osiris.host.yaml;

import dev.osiris.component.Suggestion;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.host.yaml.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads the keys of one map by type; what does not fit goes to the problems and reads as absent.
 */
public final class MappingReader {

  private final Mapping mapping;
  private final Consumer<YamlProblem> problems;

  public MappingReader(Mapping mapping, Consumer<YamlProblem> problems) {
    this.mapping = mapping;
    this.problems = problems;
  }

  public void problem(Position at, String message) {
    problems.accept(new YamlProblem(at, message));
  }

  /** The key with its value; absent also when the value is empty. */
  public Optional<Entry> entry(String key) {
    return mapping
        .entry(key)
        .filter(entry -> !(entry.value() instanceof Scalar scalar && scalar.value() == null));
  }

  /** Any single value as it was written: {@code id: 1} reads as the text 1. */
  public Optional<String> text(String key) {
    return scalar(key, "a text").map(Scalar::text);
  }

  /**
   * A single value through a parser.
   *
   * @param parser throws {@link IllegalArgumentException} with the reason
   */
  public <T> Optional<T> parsed(String key, Function<String, T> parser) {
    return scalar(key, "a single value").flatMap(scalar -> parse(key, scalar, parser));
  }

  public Optional<Boolean> flag(String key) {
    return scalar(key, "true or false")
        .flatMap(scalar -> {
          if (scalar.value() instanceof Boolean flag) {
            return Optional.of(flag);
          }
          problem(scalar.at(), "'" + key + "' must be true or false");
          return Optional.empty();
        });
  }

  public Optional<Long> integer(String key, long min, long max) {
    return scalar(key, "a whole number")
        .flatMap(scalar -> {
          if (scalar.value() instanceof Long number && number >= min && number <= max) {
            return Optional.of(number);
          }
          problem(scalar.at(), "'" + key + "' must be a whole number from " + min + " to " + max);
          return Optional.empty();
        });
  }

  /** A list of single values; one value alone is a list of one. */
  public Optional<List<Scalar>> scalars(String key) {
    return entry(key).map(entry -> scalars(key, entry.value()));
  }

  public Optional<Mapping> map(String key) {
    return entry(key)
        .flatMap(entry -> {
          if (entry.value() instanceof Mapping map) {
            return Optional.of(map);
          }
          problem(entry.at(), "'" + key + "' must be a map, and is " + entry.value().kind());
          return Optional.empty();
        });
  }

  public Optional<Sequence> list(String key) {
    return entry(key)
        .flatMap(entry -> {
          if (entry.value() instanceof Sequence list) {
            return Optional.of(list);
          }
          problem(entry.at(), "'" + key + "' must be a list, and is " + entry.value().kind());
          return Optional.empty();
        });
  }

  /** Reports every key that is not known, with what was probably meant. */
  public void refuseUnknown(Collection<String> known) {
    for (Entry entry : mapping.entries()) {
      if (!known.contains(entry.key())) {
        problem(
            entry.at(),
            "key '" + entry.key() + "' is not known" + Suggestion.phrase(entry.key(), known));
      }
    }
  }

  private List<Scalar> scalars(String key, YamlNode value) {
    List<Scalar> found = new ArrayList<>();
    List<YamlNode> items = value instanceof Sequence list ? list.items() : List.of(value);
    for (YamlNode item : items) {
      if (item instanceof Scalar scalar && scalar.value() != null) {
        found.add(scalar);
      } else {
        problem(item.at(), "'" + key + "' must hold single values, and this is " + item.kind());
      }
    }
    return found;
  }

  private Optional<Scalar> scalar(String key, String expected) {
    return entry(key)
        .flatMap(entry -> {
          if (entry.value() instanceof Scalar scalar) {
            return Optional.of(scalar);
          }
          problem(
              entry.at(), "'" + key + "' must be " + expected + ", and is " + entry.value().kind());
          return Optional.empty();
        });
  }

  private <T> Optional<T> parse(String key, Scalar scalar, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(scalar.text()));
    } catch (IllegalArgumentException refused) {
      String reason = String.valueOf(refused.getMessage());
      problem(scalar.at(), "'" + key + (reason.startsWith("must") ? "' " : "': ") + reason);
      return Optional.empty();
    }
  }
}
