package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.pipeline.DelayProbe.Sent;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MissingEventsTest {
  private final MissingEvents missing = new MissingEvents();

  private static List<Sent> events(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(number -> new Sent("user" + number, 1_000 + number, true))
        .toList();
  }

  @Test
  void all_areAskedForEachTime_whileTheyAreFew() {
    missing.add(events(0, 3));

    List<Sent> asked = missing.next(5);
    assertThat(asked).isEqualTo(events(0, 3));
    assertThat(missing.isEmpty()).isTrue();

    missing.add(asked.subList(1, 3));
    missing.add(events(3, 1));
    assertThat(missing.next(5)).isEqualTo(events(1, 3));
  }

  @Test
  void none_isLeftOutForLong_whenTheyAreMany() {
    missing.add(events(0, 5));

    List<Sent> asked = missing.next(2);
    missing.add(asked);
    assertThat(asked).isEqualTo(events(0, 2));

    asked = missing.next(2);
    missing.add(events(5, 1));
    missing.add(asked);
    assertThat(asked).isEqualTo(events(2, 2));

    assertThat(missing.next(10))
        .extracting(Sent::epochMillis)
        .containsExactly(1_004L, 1_000L, 1_001L, 1_005L, 1_002L, 1_003L);
  }
}
