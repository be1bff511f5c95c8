package dev.osiris.host.run.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.osiris.session.SessionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker may write in a session directory, and the host does not go where it points. */
class SessionFolderTest {
  @TempDir private Path folder;

  @Test
  void linksOfAWorker_leadTheHostNowhere() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path precious = Files.writeString(elsewhere.resolve("precious"), "kept");
    try (SessionFolder session =
        SessionFolder.create(
            folder.resolve("sessions"), new SessionId("run"), InstantSource.system())) {
      Files.createSymbolicLink(session.path().resolve("data"), elsewhere);
      Files.createSymbolicLink(session.path().resolve(".tmp"), elsewhere);
      Files.createSymbolicLink(session.path().resolve(".status.json.tmp"), precious);

      session.writeStatus(JsonNodeFactory.instance.objectNode());
      session.sweep();

      assertThat(precious).hasContent("kept");
      assertThat(session.path().resolve("status.json"))
          .hasContent("{ }")
          .satisfies(status -> assertThat(Files.isSymbolicLink(status)).isFalse());
    }
  }
}
