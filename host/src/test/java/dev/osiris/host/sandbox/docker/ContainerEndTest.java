package dev.osiris.host.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.unit.ByteSize;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerEndTest {
  private final ContainerEnd end = new ContainerEnd(ByteSize.ofMiB(256));

  @Test
  void outOfMemory_isKnown_whicheverIsHeardFirst() {
    end.onNext(died("137"));
    assertThat(end.exit()).isNotDone();
    end.onNext(event("oom"));
    assertThat(end.exit().join().failure().code()).isEqualTo(FailureCode.OOM_KILLED);

    ContainerEnd other = new ContainerEnd(ByteSize.ofMiB(256));
    other.onNext(event("oom"));
    other.onNext(died("137"));
    assertThat(other.exit().join().oomKilled()).isTrue();
  }

  @Test
  void killFromOutside_isKnown_whenTheContainerIsGoneWithoutMore() {
    end.onNext(died("137"));
    end.onNext(event("destroy"));
    assertThat(end.exit().join()).isEqualTo(new SandboxExit(137, false, ByteSize.ofMiB(256), null));
    assertThat(end.removed()).isDone();
  }

  @Test
  void endOfAHelper_isNotTheWorkers() {
    // The kernel took another process of the container; the worker went on and ended in order.
    end.onNext(event("oom"));
    end.onNext(died("0"));
    assertThat(end.exit().join().oomKilled()).isFalse();
  }

  @Test
  void heapExhaustion_isToldByItsCode() {
    end.onNext(died("3"));
    assertThat(end.exit().join().failure().code()).isEqualTo(FailureCode.HEAP_EXHAUSTED);
  }

  @Test
  void brokenEventStream_isAnUnknownEnd() {
    end.onComplete();
    assertThat(end.exit().join().code()).isNull();
  }

  private static Event died(String code) {
    return event("die").withEventActor(new EventActor().withAttributes(Map.of("exitCode", code)));
  }

  private static Event event(String action) {
    return new Event().withAction(action);
  }
}
