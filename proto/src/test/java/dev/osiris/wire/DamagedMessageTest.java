package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever arrives, decoders answer with a value or with one of two exceptions. */
class DamagedMessageTest {

  private static final long SEED = 20_261_122;
  private static final int ROUNDS = 20_000;
  // protobuf warns about every damaged time; held here, since loggers are weakly referenced.
  private static final Logger TIMES = Logger.getLogger("com.google.protobuf.util.Timestamps");

  @BeforeAll
  static void quietly() {
    TIMES.setLevel(Level.OFF);
  }

  @AfterAll
  static void loudly() {
    TIMES.setLevel(null);
  }

  @Test
  void commands_areReadOrRefused_whenBytesAreRandomOrDamaged() {
    List<byte[]> valid = new ArrayList<>();
    Samples.commands()
        .values()
        .forEach(command -> valid.add(CommandCodec.encode("c", command).toByteArray()));

    Count count =
        fuzz(valid, bytes -> CommandCodec.decode(RunSessionRequest.parseFrom(bytes)).commandId());

    assertThat(count.read).isPositive();
    assertThat(count.refused).isPositive();
  }

  @Test
  void events_areReadOrRefused_whenBytesAreRandomOrDamaged() {
    List<byte[]> valid = new ArrayList<>();
    Samples.events()
        .values()
        .forEach(event -> valid.add(EventCodec.encode(Samples.entry(event)).toByteArray()));

    Count count =
        fuzz(valid, bytes -> EventCodec.decode(RunSessionResponse.parseFrom(bytes)).sequence());

    assertThat(count.read).isPositive();
    assertThat(count.refused).isPositive();
  }

  @Test
  void lines_areReadOrRefused_whenTextIsRandomOrDamaged() {
    List<byte[]> valid = new ArrayList<>();
    Samples.events()
        .values()
        .forEach(event ->
            valid.add(EventJson.line(Samples.entry(event)).getBytes(StandardCharsets.UTF_8)));

    Count count =
        fuzz(valid, bytes -> EventJson.parse(new String(bytes, StandardCharsets.UTF_8)).sequence());

    assertThat(count.read).isPositive();
    assertThat(count.refused).isPositive();
  }

  private interface Decoder {
    Object decode(byte[] bytes) throws InvalidProtocolBufferException;
  }

  private static final class Count {
    private int read;
    private int refused;
  }

  private static Count fuzz(List<byte[]> valid, Decoder decoder) {
    Random random = new Random(SEED);
    Count count = new Count();
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = next(random, valid);
      try {
        assertThat(decoder.decode(bytes)).isNotNull();
        count.read++;
      } catch (WireException | InvalidProtocolBufferException refused) {
        count.refused++;
      } catch (RuntimeException | StackOverflowError wrong) {
        throw new AssertionError("seed " + SEED + ", round " + round, wrong);
      }
    }
    return count;
  }

  private static byte[] next(Random random, List<byte[]> valid) {
    if (random.nextInt(10) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] bytes = valid.get(random.nextInt(valid.size())).clone();
    for (int flips = random.nextInt(4); flips >= 0; flips--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
