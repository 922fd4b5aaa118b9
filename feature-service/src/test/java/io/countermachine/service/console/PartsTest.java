package io.countermachine.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartsTest {
  private final ScriptedProbe probe = new ScriptedProbe();
  private long nanos = 5;
  private Parts parts;

  /** A part that answers as it is told, and says how often it was looked at. */
  private static final class ScriptedProbe implements Probe {
    private CompletableFuture<PartStatus> answer;
    private RuntimeException thrown;
    private final AtomicInteger looks = new AtomicInteger();

    @Override
    public String name() {
      return "store";
    }

    @Override
    public CompletableFuture<PartStatus> look() {
      int number = looks.incrementAndGet();
      if (thrown != null) {
        throw thrown;
      }
      return answer != null
          ? answer
          : CompletableFuture.completedFuture(PartStatus.up(name(), "look " + number));
    }

    @Override
    public String reason(Throwable failure) {
      return "it is away";
    }
  }

  private List<PartStatus> look(Duration limit) {
    if (parts == null) {
      parts = new Parts(List.of(probe), limit, () -> nanos);
    }
    return parts.look();
  }

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void look_asksAnew_onlyAfterASecond() {
    assertThat(look(Duration.ofMinutes(1))).containsExactly(PartStatus.up("store", "look 1"));
    nanos += Duration.ofMillis(999).toNanos();
    assertThat(parts.look()).containsExactly(PartStatus.up("store", "look 1"));
    nanos += Duration.ofMillis(1).toNanos();
    assertThat(parts.look()).containsExactly(PartStatus.up("store", "look 2"));
  }

  @Test
  void partThatHangs_isDownAfterTheLimit_andNotAskedTwice() {
    probe.answer = new CompletableFuture<>();
    PartStatus late = PartStatus.down("store", "it does not answer in time");
    assertThat(look(Duration.ofMillis(10))).containsExactly(late);
    nanos += Duration.ofSeconds(2).toNanos();
    assertThat(parts.look()).containsExactly(late);
    assertThat(probe.looks).hasValue(1);
  }

  @Test
  void failure_isToldInFixedWords_howeverItComes() {
    PartStatus down = PartStatus.down("store", "it is away");
    probe.thrown = new IllegalStateException("secret-host:8000 refused");
    assertThat(look(Duration.ofMinutes(1))).containsExactly(down);
    probe.thrown = null;
    probe.answer = CompletableFuture.failedFuture(new IllegalStateException("secret-host:8000"));
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(parts.look()).containsExactly(down);
  }
}
