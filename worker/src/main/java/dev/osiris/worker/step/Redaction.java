package dev.osiris.worker.step;

import dev.osiris.step.ConnectionSpec;
import dev.osiris.unit.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the secrets of the session's connections out of texts. They are known from the moment a
 * step is asked for until the next session is opened, since threads that a driver left behind may
 * speak late. Thread-safe.
 *
 * <p>It finds a value as it is and URL-encoded; a driver that takes it apart or encodes it in
 * another way is out of its reach.
 */
public final class Redaction {

  private static final String MASK = "***";

  /** A shorter value is found in many innocent words, and would make any text unreadable. */
  private static final int WORD = 4;

  /** A part of a value of several lines, such as a key in PEM, is worth hiding from here on. */
  private static final int LINE = 16;

  private static final String IN_WORD = "[\\p{L}\\p{N}_]";

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Set<String> values = new HashSet<>();
  private volatile @Nullable Pattern pattern;

  /** From now on hides the secrets of a connection. */
  public void learn(ConnectionSpec connection) {
    Collection<Secret> secrets = connection.secrets().values();
    List<String> forms = secrets.stream().flatMap(secret -> forms(secret.reveal())).toList();
    lock.lock();
    try {
      if (values.addAll(forms)) {
        pattern =
            Pattern.compile(
                values.stream()
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .map(Redaction::quoted)
                    .collect(Collectors.joining("|")));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets all it has learned. */
  public void forget() {
    lock.lock();
    try {
      values.clear();
      pattern = null;
    } finally {
      lock.unlock();
    }
  }

  /** The text without secrets. */
  public String in(String text) {
    Pattern known = pattern;
    return known == null ? text : known.matcher(text).replaceAll(MASK);
  }

  /** A value of a configuration, all texts in it without secrets. */
  @Nullable Object inValue(@Nullable Object value) {
    return switch (value) {
      case String text -> in(text);
      case List<?> list -> list.stream().map(this::inValue).collect(Collectors.toList());
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> clean = new LinkedHashMap<>();
        map.forEach((key, element) -> clean.put(in("" + key), inValue(element)));
        yield clean;
      }
      case null, default -> value;
    };
  }

  private static Stream<String> forms(String value) {
    Set<String> plain = new LinkedHashSet<>();
    plain.add(value.strip());
    if (value.contains("\n")) {
      // Printed line by line it arrives line by line.
      value
          .lines()
          .map(String::strip)
          .filter(line -> line.length() >= LINE && !line.startsWith("-----"))
          .forEach(plain::add);
    }
    return plain.stream().filter(form -> !form.isEmpty()).flatMap(Redaction::encoded);
  }

  private static Stream<String> encoded(String value) {
    String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
    String spaces = encoded.replace("+", "%20");
    return Stream.of(value, encoded, spaces, lowerCaseDigits(encoded), lowerCaseDigits(spaces));
  }

  private static String lowerCaseDigits(String encoded) {
    return Pattern.compile("%..")
        .matcher(encoded)
        .replaceAll(octet -> octet.group().toLowerCase(Locale.ROOT));
  }

  private static String quoted(String value) {
    String literal = Pattern.quote(value);
    return value.length() < WORD
        ? "(?<!" + IN_WORD + ")" + literal + "(?!" + IN_WORD + ")"
        : literal;
  }
}
