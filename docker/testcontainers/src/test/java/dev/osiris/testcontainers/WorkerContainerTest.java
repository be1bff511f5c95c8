package dev.osiris.testcontainers;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.osiris.budget.MemoryBudget;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.testcontainers.utility.DockerImageName;

/** What a container says before there is one; nothing here asks Docker. */
class WorkerContainerTest {

  @Test
  void imageOfSomethingElse_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new WorkerContainer(DockerImageName.parse("postgres:17")))
        .withMessageContaining("osiris-worker");
  }

  @Test
  void memory_isRefused_whenNoWorkerFitsIn() {
    WorkerContainer worker = new WorkerContainer();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> worker.withMemory("64m"))
        .withMessageContaining("at least " + MemoryBudget.MINIMUM);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> worker.withMemory("much"))
        .withMessageContaining("such as 256m");
  }

  @Test
  void drivers_areRefused_whenThereIsNoSuchFolder() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WorkerContainer().withDrivers(Path.of("no-such-folder")))
        .withMessageContaining("no folder 'no-such-folder'");
  }

  @Test
  void address_isRefused_beforeTheStart() {
    WorkerContainer worker = new WorkerContainer();

    assertThatIllegalStateException()
        .isThrownBy(worker::token)
        .withMessageContaining("call start() first");
    assertThatIllegalStateException().isThrownBy(worker::address);
  }
}
