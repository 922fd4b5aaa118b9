package io.countermachine.bench.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventMixTest {
  private static final int LIKE = EventMix.TYPES.indexOf("like");
  private static final int COMMENT = EventMix.TYPES.indexOf("comment");

  @Test
  void event_weighsOneAsItself_andNothingAsAnother() {
    assertThat(EventMix.weight("like", LIKE, 0)).isEqualTo(1);
    assertThat(EventMix.weight("timespent", EventMix.TIMESPENT, 5_000)).isEqualTo(1);
    assertThat(EventMix.weight("view", LIKE, 0)).isZero();
    assertThat(EventMix.weight("skip", LIKE, 0)).isZero();
  }

  @Test
  void stay_isLongFrom8Seconds_andShortBelow2() {
    assertThat(EventMix.weight("long_stay", EventMix.TIMESPENT, 8_000)).isEqualTo(1);
    assertThat(EventMix.weight("long_stay", EventMix.TIMESPENT, 7_999)).isZero();
    assertThat(EventMix.weight("short_stay", EventMix.TIMESPENT, 1_999)).isEqualTo(1);
    assertThat(EventMix.weight("short_stay", EventMix.TIMESPENT, 2_000)).isZero();
    assertThat(EventMix.weight("short_stay", LIKE, 0)).isZero();
  }

  @Test
  void likesAndComments_areReactions_andEngageOnceAndThrice() {
    assertThat(EventMix.weight("react", LIKE, 0)).isEqualTo(1);
    assertThat(EventMix.weight("react", COMMENT, 0)).isEqualTo(1);
    assertThat(EventMix.weight("react", EventMix.TIMESPENT, 9_000)).isZero();
    assertThat(EventMix.weight("engage", LIKE, 0)).isEqualTo(1);
    assertThat(EventMix.weight("engage", COMMENT, 0)).isEqualTo(3);
    assertThat(EventMix.weight("engage", EventMix.TIMESPENT, 9_000)).isZero();
  }
}
