package dev.osiris.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as JSON text (RFC 8259). Values are maps, lists, texts, Long, Double, Boolean and
 * null; whole numbers beyond 64 bits and decimals beyond a double's range are refused.
 */
final class ConfigJson {

  private static final int MAX_DEPTH = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private ConfigJson() {}

  /**
   * Reads an object.
   *
   * @throws WireException naming the field and the place; it quotes nothing, since a configuration
   *     may hold what nobody else shall see
   */
  static Map<String, @Nullable Object> read(String field, String json) {
    long limit = WireLimits.CONFIG_JSON.bytes();
    long bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > limit) {
      throw WireException.tooLarge(field, bytes, limit);
    }
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw WireException.illegal(field, "must be a JSON object");
      }
      Map<String, @Nullable Object> object = object(field, parser);
      if (parser.nextToken() != null) {
        throw WireException.illegal(field, "goes on after its JSON object");
      }
      return object;
    } catch (JsonProcessingException refused) {
      throw WireException.illegal(
          field, "is not JSON that is accepted" + at(refused.getLocation()));
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading from memory", impossible);
    }
  }

  /** Keys in their own order. */
  static String write(Map<String, @Nullable Object> values) {
    return write(values, false);
  }

  /** Keys sorted, at every level: the same values, the same text. */
  static String writeCanonical(Map<String, @Nullable Object> values) {
    return write(values, true);
  }

  private static Map<String, @Nullable Object> object(String field, JsonParser parser)
      throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = text(field, parser, parser.currentName());
      parser.nextToken();
      object.put(key, value(field, parser));
    }
    return object;
  }

  private static @Nullable Object value(String field, JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(field, parser);
      case START_ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(field, parser));
        }
        yield items;
      }
      case VALUE_STRING -> text(field, parser, parser.getText());
      case VALUE_NUMBER_INT -> integer(field, parser);
      case VALUE_NUMBER_FLOAT -> number(field, parser);
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw WireException.illegal(field, "has no value" + at(parser.currentLocation()));
    };
  }

  private static Long integer(String field, JsonParser parser) throws IOException {
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw WireException.illegal(
          field, "has a whole number beyond 64 bits" + at(parser.currentLocation()));
    }
    return parser.getLongValue();
  }

  private static Double number(String field, JsonParser parser) throws IOException {
    double value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw WireException.illegal(
          field, "has a number beyond a double's range" + at(parser.currentLocation()));
    }
    return value;
  }

  /** Half of a surrogate pair has no UTF-8 form: two different texts would become one. */
  private static String text(String field, JsonParser parser, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw WireException.illegal(
          field, "has half of a surrogate pair" + at(parser.currentLocation()));
    }
    return text;
  }

  private static String write(Map<String, @Nullable Object> values, boolean sorted) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(text)) {
      write(generator, values, sorted);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, @Nullable Object value, boolean sorted)
      throws IOException {
    switch (value) {
      case null -> generator.writeNull();
      case String text -> generator.writeString(text);
      case Long number -> generator.writeNumber(number);
      case Double number when Double.isFinite(number) -> generator.writeNumber(number);
      case Boolean flag -> generator.writeBoolean(flag);
      case List<?> items -> {
        generator.writeStartArray();
        for (Object item : items) {
          write(generator, item, sorted);
        }
        generator.writeEndArray();
      }
      case Map<?, ?> map -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : (sorted ? new TreeMap<>(map) : map).entrySet()) {
          generator.writeFieldName((String) entry.getKey());
          write(generator, entry.getValue(), sorted);
        }
        generator.writeEndObject();
      }
      default ->
          throw new IllegalArgumentException(
              "a configuration cannot hold a " + value.getClass().getName());
    }
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
