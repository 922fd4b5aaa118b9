package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.pipeline.DelayProbe.Sent;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MissingEventsTest {
  private final MissingEvents missing = new MissingEvents();

  private static Sent event(int number, long sentNanos, boolean isMeasured) {
    return new Sent("user" + number, 1_000 + number, sentNanos, isMeasured);
  }

  private static List<Sent> events(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(number -> event(number, 0, true))
        .toList();
  }

  private void addAgain(List<Sent> events) {
    events.forEach(sent -> missing.addAgain(sent, 0));
  }

  @Test
  void all_areAskedForEachTime_whileTheyAreFew() {
    missing.add(events(0, 3));

    List<Sent> asked = missing.next(5, 0);
    assertThat(asked).isEqualTo(events(0, 3));
    assertThat(missing.isEmpty()).isTrue();

    addAgain(asked.subList(1, 3));
    missing.add(events(3, 1));
    assertThat(missing.next(5, 0)).isEqualTo(events(1, 3));
  }

  @Test
  void none_isLeftOutForLong_whenTheyAreMany() {
    missing.add(events(0, 5));

    List<Sent> asked = missing.next(2, 0);
    addAgain(asked);
    assertThat(asked).isEqualTo(events(0, 2));

    asked = missing.next(2, 0);
    missing.add(events(5, 1));
    addAgain(asked);
    assertThat(asked).isEqualTo(events(2, 2));

    assertThat(missing.next(10, 0))
        .extracting(Sent::dueMillis)
        .containsExactly(1_004L, 1_000L, 1_001L, 1_005L, 1_002L, 1_003L);
  }

  @Test
  void longest_isFromAskToAsk_andFromSendingToTheFirst() {
    missing.add(List.of(event(0, 100, true), event(1, 130, true)));

    missing.next(2, 150).forEach(sent -> missing.addAgain(sent, 150));
    assertThat(missing.longestNanos()).isEqualTo(50);

    // They take turns: the second is polled only at 230, 80 after the previous time.
    missing.next(1, 190).forEach(sent -> missing.addAgain(sent, 190));
    assertThat(missing.longestNanos()).isEqualTo(50);
    missing.next(1, 230);
    assertThat(missing.longestNanos()).isEqualTo(80);
    missing.next(1, 240);
    assertThat(missing.longestNanos()).isEqualTo(80);
  }

  @Test
  void longest_leavesOutWhatIsNotMeasured() {
    missing.add(List.of(event(0, 100, false)));
    missing.next(1, 900);

    assertThat(missing.longestNanos()).isZero();
  }
}
