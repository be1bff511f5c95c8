package dev.osiris.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsFileTest {

  @TempDir private Path folder;

  @Test
  void folder_isRelativeToTheFile_withVariablesFilledIn() throws IOException {
    ConnectionsFile connections =
        read(
            """
            version: 1
            connections:
              filesystem:
                a: {base_dir: ./data}
                b: {base_dir: "/abs/${SUB}"}
                c: {base_dir: "${EMPTY:-other}/${SUB:-x}", default: true, description: c}
              mysql:
                shop: {default: true, password: "${SHOP_PASSWORD}", anything: {at: all}}
            """);

    assertThat(connections.baseDir("a")).isEqualTo(folder.resolve("data"));
    assertThat(connections.baseDir("b")).isEqualTo(Path.of("/abs/sub"));
    assertThat(connections.baseDir("c")).isEqualTo(folder.resolve("other/sub"));
    assertThat(connections.aliases("mysql")).containsExactly("shop");
    assertThat(connections.aliases("postgres")).isEmpty();
    assertThat(connections.defaultAlias("filesystem")).contains("c");
  }

  @Test
  void defaultAlias_isTheOneCalledSo_whenNoneIsFlagged() throws IOException {
    assertThat(
            read("connections: {filesystem: {a: {base_dir: x}, default: {base_dir: y}}}\n")
                .defaultAlias("filesystem"))
        .contains("default");
    assertThat(read("connections: {filesystem: {a: {base_dir: x}}}\n").defaultAlias("filesystem"))
        .isEmpty();
  }

  @Test
  void variable_isRefusedWhenUsed_andNotBefore() throws IOException {
    ConnectionsFile connections =
        read("connections: {filesystem: {a: {base_dir: \"${EMPTY}/x\"}}}\n");

    assertThatThrownBy(() -> connections.baseDir("a"))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            folder.resolve("c.yaml")
                + ":1:32: the environment variable EMPTY is not set; set it, or write"
                + " '${EMPTY:-fallback}'");
  }

  @Test
  void problems_areReportedAtOnce() {
    SettingException refused =
        catchThrowableOfType(
            SettingException.class,
            () ->
                read(
                    """
                    version: 2
                    conections: {}
                    connections:
                      mysql: [shop]
                      filesystem:
                        a: {basedir: x, default: true}
                        b: {base_dir: [x], default: true}
                        c: text
                    """));

    String file = folder.resolve("c.yaml").toString();
    assertThat(refused.problems().stream().map(SettingProblem::toString))
        .containsExactly(
            file + ":2:1: key 'conections' is not known; did you mean 'connections'?",
            file + ":1:10: 'version' must be a whole number from 1 to 1",
            file + ":4:3: 'mysql' must be a map, and is a list",
            file + ":6:9: key 'basedir' is not known; did you mean 'base_dir'?",
            file + ":6:5: connection '@filesystem.a' has no 'base_dir'",
            file + ":7:9: 'base_dir' must be a text, and is a list",
            file + ":7:5: connection '@filesystem.b' has no 'base_dir'",
            file + ":8:5: 'c' must be a map, and is a text",
            file + ":8:5: connection '@filesystem.c' has no 'base_dir'",
            file + ":6:5: only one connection can be the default, and these are: a, b");
  }

  private ConnectionsFile read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), text);
    return ConnectionsFile.read(file, Map.of("SUB", "sub", "EMPTY", ""));
  }
}
