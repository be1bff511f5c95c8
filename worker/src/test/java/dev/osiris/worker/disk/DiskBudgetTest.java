package dev.osiris.worker.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskBudgetTest {

  private static final StepId A = new StepId("a");
  private static final StepId B = new StepId("b");

  private final DiskBudget disk = DiskBudget.of(new ByteSize(1600));

  @Test
  void outputs_fitUntilTheLimit_andANewOneReplacesTheOld() {
    disk.publish(A, 1000);
    disk.publish(A, 1200);
    assertThatThrownBy(() -> disk.publish(B, 401))
        .isInstanceOfSatisfying(
            StepException.class,
            e -> assertThat(e.failure().code()).isEqualTo(FailureCode.LIMIT_REACHED))
        .hasMessageContaining("401")
        .hasMessageContaining("1.2k are taken");
    disk.publish(B, 400);
    disk.release(A);
    assertThat(disk.take(1201)).isFalse();
    assertThat(disk.take(1200)).isTrue();
  }

  @Test
  void uploads_countToo() {
    assertThat(disk.take(1500)).isTrue();
    assertThat(disk.take(101)).isFalse();
    assertThatThrownBy(() -> disk.publish(A, 101)).isInstanceOf(StepException.class);
    disk.giveBack(1500);
    assertThat(disk.take(1600)).isTrue();
  }

  @Test
  void spill_isWhatIsFree_inParts() {
    ByteSize before = disk.spill(1);
    assertThat(before.bytes()).isEqualTo(1500);
    disk.publish(A, 60);
    assertThat(disk.spill(1)).as("the same while little changes").isEqualTo(before);
    disk.publish(A, 800);
    assertThat(disk.spill(0.5).bytes()).isEqualTo(400);
    disk.publish(B, 800);
    assertThat(disk.spill(1).bytes()).isEqualTo(1);
  }

  @Test
  void sessionThatGoesOn_knowsWhatItHas(@TempDir Path root) throws Exception {
    SessionDirectory directory = SessionDirectory.create(root, new SessionId("s"));
    Files.write(directory.data().resolve("a.duckdb"), new byte[1000]);
    Files.write(directory.data().resolve(".b.1.tmp"), new byte[1000]);
    DiskBudget again = DiskBudget.of(new ByteSize(1600), directory);
    assertThat(again.take(601)).isFalse();
    assertThat(again.take(600)).isTrue();
    again.release(A);
    assertThat(again.take(1000)).isTrue();
  }
}
