package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.component.FieldType;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents say what the code does. */
class ProtocolDocumentTest {

  private static final Path DOCS = Path.of(System.getProperty("basedir", "."), "../docs");

  @Test
  void failureTable_listsEveryCode() throws IOException {
    List<String> rows =
        rows(Files.readString(DOCS.resolve("protocol.md")), "\\| [1-4][0-9]{2} \\|.*");

    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(FailureCode.values())
                .map(code ->
                    "| %d | %s | %s | %s |"
                        .formatted(
                            code.number(),
                            code.name(),
                            code.owner().name().toLowerCase(Locale.ROOT),
                            code.retryable() ? "yes" : "no"))
                .toList());
  }

  @Test
  void keepings_areThoseOfTheEvents() throws IOException {
    String document = Files.readString(DOCS.resolve("protocol.md"));

    assertThat(names(document, "fact"))
        .containsAll(simpleNames(Event.Fact.class, "StepEnded"))
        .contains("StepSucceeded", "StepFailed", "StepCancelled");
    assertThat(names(document, "telemetry"))
        .containsExactlyInAnyOrderElementsOf(simpleNames(Event.Telemetry.class, ""));
    assertThat(names(document, "transient"))
        .containsExactlyInAnyOrderElementsOf(simpleNames(Event.Transient.class, ""));
  }

  @Test
  void componentTypes_areAllDocumented() throws IOException {
    String document = Files.readString(DOCS.resolve("components.md"));

    assertThat(FieldType.values()).allMatch(type -> document.contains("`" + type.word() + "`"));
  }

  @Test
  void componentExample_isValid() throws IOException {
    String document = Files.readString(DOCS.resolve("components.md"));
    Matcher example = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(document);

    assertThat(example.find()).isTrue();
    assertThat(ComponentYaml.read(example.group(1), "components.md").fields()).hasSize(7);
  }

  private static List<String> names(String document, String keeping) {
    String row = rows(document, "\\| " + keeping + " \\|.*").getFirst();
    String[] cells = row.split("\\|");
    return List.of(cells[cells.length - 1].strip().split(", "));
  }

  private static List<String> simpleNames(Class<?> type, String without) {
    return Arrays.stream(type.getPermittedSubclasses())
        .map(Class::getSimpleName)
        .filter(name -> !name.equals(without))
        .toList();
  }

  private static List<String> rows(String document, String pattern) {
    return document.lines().filter(line -> line.matches(pattern)).toList();
  }
}
