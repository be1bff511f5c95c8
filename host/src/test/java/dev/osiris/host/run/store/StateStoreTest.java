package dev.osiris.host.run.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateStoreTest {

  @TempDir private Path root;
  private StateStore store;

  @BeforeEach
  void open() {
    store = new StateStore(root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"movies", "Movies & more/../x", ".hidden", "größe", "一 %2e", "CON"})
  void state_isReadAsItWasWritten_whateverThePipelineIsCalled(String pipeline) throws Exception {
    PipelineState state = state(pipeline, 9_007_199_254_740_993L);

    write(state);

    assertThat(store.find(pipeline)).contains(state);
    assertThat(store.list()).containsExactly(state);
    try (var files = Files.list(store.folder())) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void names_thatDifferInCaseOrAtTheirEnd_areTold() throws Exception {
    List<String> names = List.of("a", "A", "x".repeat(199) + "1", "x".repeat(199) + "2");
    for (String name : names) {
      write(state(name, names.indexOf(name)));
    }
    for (String name : names) {
      assertThat(store.find(name)).contains(state(name, names.indexOf(name)));
    }
  }

  @Test
  void hold_isRefused_whileSomebodyHasIt() throws Exception {
    try (StateStore.Held held = store.hold("a")) {
      assertThat(held.read()).isEmpty();
      assertThatThrownBy(() -> store.hold("a"))
          .isInstanceOf(SessionInUse.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
      store.hold("b").close();
    }
    store.hold("a").close();
  }

  @Test
  void damagedFile_isRefusedByName_andCanBeRemoved() throws Exception {
    write(state("a", 1));
    Path file = store.folder().resolve("a.json");
    Files.writeString(file, Files.readString(file).substring(0, 40));

    assertThatThrownBy(() -> store.find("a"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("a.json")
        .hasMessageContaining("damaged");
    try (StateStore.Held held = store.hold("a")) {
      held.delete();
    }
    assertThat(store.find("a")).isEmpty();
  }

  @Test
  void fileOfALaterVersion_isRefused_withBothVersions() throws Exception {
    write(state("a", 1));
    Path file = store.folder().resolve("a.json");
    Files.writeString(
        file, Files.readString(file).replace("\"state_version\" : 1", "\"state_version\" : 2"));

    assertThatThrownBy(() -> store.find("a"))
        .hasMessageContaining("has state_version 2, and this program reads up to 1");
  }

  @Test
  void folder_isNoSession() throws Exception {
    write(state("a", 1));
    assertThat(new SessionStore(root).list()).isEmpty();
  }

  private void write(PipelineState state) throws Exception {
    try (StateStore.Held held = store.hold(state.pipeline())) {
      held.write(state);
    }
  }

  private static PipelineState state(String pipeline, long to) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("read_to", Arrays.asList("2026-01-02 03:04:05.678901+00", to, null, true, 0.5));
    return new PipelineState(
        pipeline,
        Map.of(
            new StepId("größe 1"),
            new KeptState(
                "x.y", "s-1", Instant.parse("2026-01-02T03:04:05Z"), new StepState(values))));
  }
}
