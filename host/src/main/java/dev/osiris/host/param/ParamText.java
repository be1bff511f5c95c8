package dev.osiris.host.param;

import dev.osiris.host.pipeline.ParamDeclaration.Type;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlDocument;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.host.yaml.YamlReader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The value that a text from a flag or the environment stands for. Pure function. */
final class ParamText {

  /** No leading zero and at most 15 digits: what a number would spoil stays a text. */
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");

  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,8})\\.[0-9]{1,6}");

  private ParamText() {}

  /**
   * Reads a text.
   *
   * @param type {@code null} to go by the text alone
   * @return {@code null} when the text is not of that type
   */
  static @Nullable YamlNode read(String text, @Nullable Type type) {
    return switch (type) {
      case null -> new Scalar(Position.NONE, free(text), text);
      case STRING -> new Scalar(Position.NONE, text, text);
      case INTEGER, NUMBER, BOOLEAN, LIST, MAP -> typed(text, type);
    };
  }

  private static Object free(String text) {
    if (INTEGER.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    if (DECIMAL.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    return text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text) : text;
  }

  private static @Nullable YamlNode typed(String text, Type type) {
    YamlDocument document = YamlReader.read(text);
    YamlNode root = document.root();
    boolean fits =
        root != null
            && document.problems().isEmpty()
            && Type.of(root).map(type::accepts).orElse(false);
    return fits ? root : null;
  }
}
