package dev.osiris.host.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExecStreamTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
  private final List<String> errors = new ArrayList<>();
  private boolean closed;

  @Test
  void output_isWithoutFrames_andErrorsAreLines() throws IOException {
    head("HTTP/1.1 101 UPGRADED");
    frame(1, "ab");
    frame(2, "careful\nnow");
    frame(1, "");
    frame(1, "cde");
    try (ExecStream stream = start()) {
      assertThat(new String(stream.in().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("abcde");
    }
    assertThat(errors).containsExactly("careful", "now");
    assertThat(closed).isTrue();
  }

  @Test
  void start_asksForTheProgramsStreams() throws IOException {
    head("HTTP/1.1 200 OK");
    start().out().write("input".getBytes(StandardCharsets.UTF_8));
    assertThat(sent.toString(StandardCharsets.UTF_8))
        .startsWith("POST /exec/e-1/start HTTP/1.1\r\n")
        .contains("\r\nUpgrade: tcp\r\n")
        .endsWith("\r\n\r\n{\"Detach\":false,\"Tty\":false}input");
  }

  @Test
  void start_isRefused_whenTheEngineRefuses() {
    head("HTTP/1.1 409 Conflict");
    assertThatThrownBy(this::start).isInstanceOf(IOException.class).hasMessageContaining("409");
    assertThat(closed).isTrue();
  }

  @Test
  void output_thatEndsWithinAFrame_isAnError() throws IOException {
    head("HTTP/1.1 101 UPGRADED");
    frame(1, "abc");
    byte[] whole = answer.toByteArray();
    answer.reset();
    answer.write(whole, 0, whole.length - 1);
    try (ExecStream stream = start()) {
      assertThatThrownBy(() -> stream.in().readAllBytes()).isInstanceOf(IOException.class);
    }
  }

  private ExecStream start() throws IOException {
    return ExecStream.start(
        new EngineSocket(new ByteArrayInputStream(answer.toByteArray()), sent, () -> closed = true),
        "e-1",
        errors::add);
  }

  private void head(String status) {
    answer.writeBytes((status + "\r\nApi: 1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private void frame(int stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    answer.writeBytes(
        ByteBuffer.allocate(8 + bytes.length)
            .put((byte) stream)
            .put(new byte[3])
            .putInt(bytes.length)
            .put(bytes)
            .array());
  }
}
