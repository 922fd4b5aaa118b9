package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ComponentsTest {
  private final ScriptedProbe probe = new ScriptedProbe();
  private long nanos = 5;
  private Components components;

  /** A component that responds as a test defines, and counts how often it was probed. */
  private static final class ScriptedProbe implements Probe {
    private CompletableFuture<ComponentStatus> answer;
    private RuntimeException thrown;
    private final AtomicInteger looks = new AtomicInteger();

    @Override
    public String name() {
      return "store";
    }

    @Override
    public CompletableFuture<ComponentStatus> look() {
      int number = looks.incrementAndGet();
      if (thrown != null) {
        throw thrown;
      }
      return answer != null
          ? answer
          : CompletableFuture.completedFuture(ComponentStatus.up(name(), "look " + number));
    }

    @Override
    public String reason(Throwable failure) {
      return "it is away";
    }
  }

  private List<ComponentStatus> look(Duration limit) {
    if (components == null) {
      components = new Components(List.of(probe), limit, () -> nanos);
    }
    return components.look();
  }

  @AfterEach
  void close() {
    components.close();
  }

  @Test
  void look_asksAnew_onlyAfterASecond() {
    assertThat(look(Duration.ofMinutes(1))).containsExactly(ComponentStatus.up("store", "look 1"));
    nanos += Duration.ofMillis(999).toNanos();
    assertThat(components.look()).containsExactly(ComponentStatus.up("store", "look 1"));
    nanos += Duration.ofMillis(1).toNanos();
    assertThat(components.look()).containsExactly(ComponentStatus.up("store", "look 2"));
  }

  @Test
  void componentThatHangs_isDownAfterTheLimit_andNotAskedTwice() {
    probe.answer = new CompletableFuture<>();
    ComponentStatus late = ComponentStatus.down("store", "no response in time");
    assertThat(look(Duration.ofMillis(10))).containsExactly(late);
    nanos += Duration.ofSeconds(2).toNanos();
    assertThat(components.look()).containsExactly(late);
    assertThat(probe.looks).hasValue(1);
  }

  @Test
  void failure_isToldInFixedWords_howeverItComes() {
    ComponentStatus down = ComponentStatus.down("store", "it is away");
    probe.thrown = new IllegalStateException("secret-host:8000 refused");
    assertThat(look(Duration.ofMinutes(1))).containsExactly(down);
    probe.thrown = null;
    probe.answer = CompletableFuture.failedFuture(new IllegalStateException("secret-host:8000"));
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(components.look()).containsExactly(down);
  }
}
