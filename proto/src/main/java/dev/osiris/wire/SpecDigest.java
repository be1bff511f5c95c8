package dev.osiris.wire;

import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepSpec;
import dev.osiris.step.StepState;
import dev.osiris.unit.ByteSize;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a step is asked to do, as one number: equal for two attempts of the same work, different as
 * soon as anything that could change the result differs. Secrets stay out of it, so that a new
 * password is not new work and no digest can be used to guess one.
 */
public final class SpecDigest {

  private SpecDigest() {}

  /** SHA-256 over canonical JSON of all but the attempt and the secrets; lower-case hexadecimal. */
  public static String of(StepSpec spec) {
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    content.put("digest_version", 1L);
    content.put("step_id", spec.id().value());
    content.put("component", spec.component());
    content.put("config", spec.config());
    content.put("inputs", inputs(spec.inputs()));
    content.put("base_dir", spec.baseDir());
    ByteSize memory = spec.resources().memory();
    content.put("memory_bytes", memory == null ? null : memory.bytes());
    Integer threads = spec.resources().threads();
    content.put("threads", threads == null ? null : threads.longValue());
    Duration timeout = spec.timeout();
    content.put("timeout", timeout == null ? null : timeout.toString());
    ConnectionSpec connection = spec.connection();
    content.put("connection", connection == null ? null : connection(connection));
    StepState state = spec.state();
    if (state != null) {
      // Left out where there is none, so that such a step has the digest it had before there were
      // states.
      content.put("state", state.values());
    }
    return sha256(ConfigJson.writeCanonical(content));
  }

  private static List<Map<String, @Nullable Object>> inputs(Map<String, InputRef> inputs) {
    List<Map<String, @Nullable Object>> list = new ArrayList<>();
    inputs.forEach((name, ref) -> {
      Map<String, @Nullable Object> input = new LinkedHashMap<>();
      input.put("name", name);
      input.put("step_id", ref.step().value());
      input.put("output", ref.output());
      list.add(input);
    });
    return list;
  }

  private static Map<String, @Nullable Object> connection(ConnectionSpec connection) {
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    content.put("family", connection.family());
    content.put("alias", connection.alias());
    content.put("fields", connection.fields());
    return content;
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
