package dev.osiris.host.yaml;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;

/** The types of YAML 1.2's core schema: what a scalar means. */
final class ScalarValues {

  private static final CoreScalarResolver CORE = new CoreScalarResolver(false);
  private static final Set<String> COLLECTION_TAGS =
      Set.of("!", Tag.SEQ.getValue(), Tag.MAP.getValue());
  private static final Set<Tag> SCALAR_TAGS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

  private final List<YamlProblem> problems;

  ScalarValues(List<YamlProblem> problems) {
    this.problems = problems;
  }

  /** Reads a scalar; what it cannot be is a problem, and then its text is its value. */
  YamlNode.Scalar scalar(ScalarEvent event, Position at) {
    String text = event.getValue();
    if (hasLoneSurrogate(text)) {
      problems.add(new YamlProblem(at, "holds half of a surrogate pair, which is no character"));
      return new YamlNode.Scalar(at, "?", "?");
    }
    return new YamlNode.Scalar(at, value(tag(event, at), text, at), text);
  }

  void checkTag(CollectionStartEvent event) {
    event
        .getTag()
        .filter(tag -> !COLLECTION_TAGS.contains(tag))
        .ifPresent(tag ->
            problems.add(
                unknownTag(
                    event.getStartMark().map(YamlReader::position).orElse(Position.START), tag)));
  }

  private Tag tag(ScalarEvent event, Position at) {
    String given = event.getTag().orElse(null);
    if (given == null) {
      return event.isPlain() ? CORE.resolve(event.getValue(), true) : Tag.STR;
    }
    if (given.equals("!")) {
      return Tag.STR;
    }
    Tag tag = new Tag(given);
    if (!SCALAR_TAGS.contains(tag)) {
      problems.add(unknownTag(at, given));
      return Tag.STR;
    }
    Tag plain = CORE.resolve(event.getValue(), true);
    if (tag.equals(Tag.STR) || tag.equals(plain)) {
      return tag;
    }
    problems.add(new YamlProblem(at, "the value does not fit its tag '" + given + "'"));
    return Tag.STR;
  }

  private static YamlProblem unknownTag(Position at, String tag) {
    return new YamlProblem(at, "the tag '" + tag + "' is not part of YAML's core schema");
  }

  private @Nullable Object value(Tag tag, String text, Position at) {
    if (tag.equals(Tag.NULL)) {
      return null;
    }
    if (tag.equals(Tag.BOOL)) {
      return Boolean.valueOf(text);
    }
    if (tag.equals(Tag.INT)) {
      return integer(text, at);
    }
    return tag.equals(Tag.FLOAT) ? decimal(text, at) : text;
  }

  private Object integer(String text, Position at) {
    BigInteger number =
        text.startsWith("0x")
            ? new BigInteger(text.substring(2), 16)
            : text.startsWith("0o")
                ? new BigInteger(text.substring(2), 8)
                : new BigInteger(text.startsWith("+") ? text.substring(1) : text);
    if (number.bitLength() > 63) {
      problems.add(
          new YamlProblem(
              at, "the number does not fit 64 bits; put it in quotes to keep its digits"));
      return text;
    }
    return number.longValue();
  }

  private Object decimal(String text, Position at) {
    // The core schema's .inf and .nan have no form in JSON, which is what a step's config is.
    boolean finite = text.chars().noneMatch(c -> c == 'n' || c == 'N');
    double number = finite ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(number)) {
      problems.add(
          new YamlProblem(at, "the number is not finite; put it in quotes to keep the text"));
      return text;
    }
    return number;
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
