package dev.osiris.host.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/connections.md} is true. */
class ConnectionsDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/connections.md");

  @TempDir private Path folder;

  @Test
  void tables_haveEveryFieldWithItsPolicyAndDefault() throws IOException {
    String text = Files.readString(DOCUMENT);
    for (ConnectionFamily family : BundledFamilies.ALL.values()) {
      String section = text.split("### " + family.name() + "\n", 2)[1].split("\n### ", 2)[0];
      List<String> rows = section.lines().filter(line -> line.startsWith("| `")).toList();

      assertThat(rows)
          .as(family.name())
          .zipSatisfy(
              family.fields(), (row, field) -> assertThat(row).startsWith(beginning(field)));
    }
  }

  private static String beginning(ConnectionField field) {
    Object value = field.field().defaultValue();
    String otherwise = field.field().required() ? "required" : "";
    String may =
        switch (field.override()) {
          case FORBIDDEN -> "no";
          case ALLOWED -> "yes";
          case WARNING -> "told";
        };
    String given = value == null ? otherwise : "`" + value + "`";
    return "| `" + field.name() + "` | " + given + " | " + may + " | ";
  }

  @Test
  void example_isRead() throws IOException {
    var example = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(Files.readString(DOCUMENT));
    assertThat(example.find()).isTrue();
    Path file = Files.writeString(folder.resolve("c.yaml"), example.group(1));

    assertThat(
            ConnectionsFile.read(file, BundledFamilies.ALL, new Variables(Map.of()))
                .defaultAlias("postgres"))
        .contains("main");
  }
}
