package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * One text file for every message, for people and for clients in other languages. Rewritten by
 * {@code -Dgolden.update=true}.
 */
class GoldenMessageTest {

  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "."), "src/test/resources/golden");

  @Test
  void messages_areWrittenAsTheGoldenFilesSay() throws IOException {
    Map<String, String> written = new TreeMap<>();
    Samples.commands()
        .forEach((name, command) ->
            written.put("command_" + name + ".txtpb", text(CommandCodec.encode("c-7", command))));
    Samples.events()
        .forEach((name, event) ->
            written.put("event_" + name + ".txtpb", text(EventCodec.encode(Samples.entry(event)))));
    if (Boolean.getBoolean("golden.update")) {
      rewrite(written);
    }

    assertThat(read()).isEqualTo(written);
  }

  private static String text(Message message) {
    String header = "# proto-message: osiris.proxy.v1." + message.getDescriptorForType().getName();
    return header + "\n" + TextFormat.printer().escapingNonAscii(false).printToString(message);
  }

  private static Map<String, String> read() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(FOLDER)) {
      for (Path path : paths.toList()) {
        files.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    return files;
  }

  private static void rewrite(Map<String, String> files) throws IOException {
    Files.createDirectories(FOLDER);
    try (Stream<Path> paths = Files.list(FOLDER)) {
      for (Path path : paths.toList()) {
        Files.delete(path);
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
    }
  }
}
