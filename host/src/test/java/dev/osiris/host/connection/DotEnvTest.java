package dev.osiris.host.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.host.config.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DotEnvTest {

  @TempDir private Path folder;

  @Test
  void values_areReadInEveryForm() throws IOException {
    write(
        folder,
        "# comment\r\n\nA=1\n  export B = two words # comment\nC='it''s # no comment'\n"
                .replace("''s", " is")
            + "D=\"a\\nb \\\"q\\\" \\d $1\" # comment\nE=\nF=a#b\nKEY=\"-----BEGIN\nline\n-----END\"\nG=x=y");

    assertThat(DotEnv.add(Map.of(), List.of(folder)))
        .containsOnly(
            Map.entry("A", "1"),
            Map.entry("B", "two words"),
            Map.entry("C", "it is # no comment"),
            Map.entry("D", "a\nb \"q\" \\d $1"),
            Map.entry("E", ""),
            Map.entry("F", "a#b"),
            Map.entry("KEY", "-----BEGIN\nline\n-----END"),
            Map.entry("G", "x=y"));
  }

  @Test
  void variableThatIsSet_isKept_andTheFirstFolderWins() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    write(folder, "SET=file\nEMPTY=file\nBOTH=first\n");
    write(other, "BOTH=second\nMORE=second\n");

    assertThat(
            DotEnv.add(
                Map.of("SET", "process", "EMPTY", ""),
                List.of(folder, other, folder.resolve("none"))))
        .containsOnly(
            Map.entry("SET", "process"),
            Map.entry("EMPTY", "file"),
            Map.entry("BOTH", "first"),
            Map.entry("MORE", "second"));
  }

  @Test
  void lineThatIsNoVariable_isRefusedByNumber_withoutItsText() throws IOException {
    write(folder, "A=1\n\nhunter2 is my password\n");

    assertThatThrownBy(() -> DotEnv.add(Map.of(), List.of(folder)))
        .isInstanceOf(SettingException.class)
        .hasMessage(folder.resolve(".env") + ":3:1: must be written as NAME=value");
  }

  private static void write(Path folder, String text) throws IOException {
    Files.writeString(folder.resolve(".env"), text);
  }
}
