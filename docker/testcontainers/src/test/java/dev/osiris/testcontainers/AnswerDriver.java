package dev.osiris.testcontainers;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A driver of these tests, and the jar that a worker gets it in. */
public final class AnswerDriver implements Driver {
  static final String COMPONENT = "test.answer";

  @Override
  public String component() {
    return COMPONENT;
  }

  @Override
  public void run(StepContext context) throws Exception {
    context.sql("main", "SELECT 42 AS answer");
  }

  /** Writes the jar as a driver's author builds it. */
  static void jar(Path file) throws IOException {
    String name = AnswerDriver.class.getName();
    String code = name.replace('.', '/') + ".class";
    String yaml =
        """
        name: %s
        version: 1.0.0
        spi_version: 1
        kind: extractor
        summary: One row.
        inputs: none
        fields: {}
        """
            .formatted(COMPONENT);
    try (InputStream bytes =
            Objects.requireNonNull(AnswerDriver.class.getClassLoader().getResourceAsStream(code));
        OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      Map<String, byte[]> entries =
          Map.of(
              code,
              bytes.readAllBytes(),
              "META-INF/services/" + Driver.class.getName(),
              name.getBytes(StandardCharsets.UTF_8),
              "components/" + COMPONENT + ".yaml",
              yaml.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
      }
    }
  }
}
