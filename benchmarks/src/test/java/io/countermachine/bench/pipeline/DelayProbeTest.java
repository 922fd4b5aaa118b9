package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.pipeline.DelayProbe.Sent;
import io.countermachine.local.process.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DelayProbeTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void dueInstants_areOfAFixedSchedule() {
    DelayProbe.Schedule schedule = new DelayProbe.Schedule(7, 1_700_000_000_123L, 40_500_000);

    assertThat(schedule.dueNanos(0)).isZero();
    assertThat(schedule.dueMillis(0)).isEqualTo(1_700_000_000_123L);
    assertThat(schedule.dueNanos(3)).isEqualTo(121_500_000);
    // 40.5 ms each: the halves are not lost.
    assertThat(schedule.dueMillis(4)).isEqualTo(1_700_000_000_285L);
  }

  @Test
  void events_areCountedFromWhenTheyWereDueAndNoneIsLeftOut_whenSendingStalls() {
    CountDownLatch stall = new CountDownLatch(1);
    try (DelayProbe probe = DelayProbe.start(event -> await(stall), "stalled")) {
      probe.measure();
      awaitPeriods(5);
      probe.stop();
      stall.countDown();
      Await.until("the probe's end", LIMIT, () -> !probe.isSending());

      List<Sent> sent = List.copyOf(probe.sent());
      assertThat(sent.get(0).isMeasured()).isFalse();
      assertThat(sent).filteredOn(Sent::isMeasured).hasSizeGreaterThanOrEqualTo(5);
      for (int i = 1; i < sent.size(); i++) {
        assertThat(sent.get(i).dueMillis()).isEqualTo(sent.get(0).dueMillis() + 40L * i);
      }
    }
  }

  @Test
  void nothing_isMeasured_untilItIsTold() {
    try (DelayProbe probe = DelayProbe.start(event -> {}, "unmeasured")) {
      Await.until("two events", LIMIT, () -> probe.sent().size() >= 2);

      assertThat(probe.sent()).noneMatch(Sent::isMeasured);
      assertThat(probe.sent()).extracting(Sent::user).doesNotHaveDuplicates();
    }
  }

  private static void awaitPeriods(int periods) {
    long begin = System.nanoTime();
    Await.until(
        periods + " periods",
        LIMIT,
        () -> System.nanoTime() - begin > periods * DelayProbe.EVERY_MILLIS * 1_000_000);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
