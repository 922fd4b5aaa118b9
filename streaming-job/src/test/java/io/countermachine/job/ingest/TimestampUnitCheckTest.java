package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Timestamps.Unit;
import io.countermachine.catalog.yaml.CatalogLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampUnitCheckTest {
  private static final long CLOCK = 1_707_605_600_000L;

  private static int warnings(
      TimestampUnitCheck check, String topic, int events, boolean ofOtherUnit) {
    int warnings = 0;
    for (int i = 0; i < events; i++) {
      warnings += check.note(topic, ofOtherUnit) ? 1 : 0;
    }
    return warnings;
  }

  @Test
  void topicWhoseFirstEventsAreOfTheOtherUnit_isWarnedOfOnce() {
    TimestampUnitCheck check = new TimestampUnitCheck(Unit.SECONDS);
    assertThat(warnings(check, "a", 2_000, true)).isEqualTo(1);
    assertThat(warnings(check, "b", 9, true)).isZero();
    assertThat(warnings(check, "b", 1, true)).isEqualTo(1);
  }

  @Test
  void fewEventsOfTheOtherUnit_orLaterOnes_areNoReasonToWarn() {
    TimestampUnitCheck check = new TimestampUnitCheck(Unit.SECONDS);
    assertThat(warnings(check, "a", 500, false)).isZero();
    assertThat(warnings(check, "a", 500, true)).isZero();
    assertThat(warnings(check, "a", 5_000, true)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "seconds, 1707605600, false",
    "seconds, 1707605600000, true",
    "seconds, 1, false",
    "seconds, 946684800, false",
    "milliseconds, 1707605600000, false",
    "milliseconds, 1707605600, true",
    "milliseconds, 946684800000, false",
    "milliseconds, 9223372036854775806, false"
  })
  void timestampAroundNowInTheOtherUnit_isOfThatUnit(String unit, long eventTs, boolean other) {
    EventDecoder decoder =
        new EventDecoder(
            CatalogLoader.parse(
                "unit.yaml",
                "timestamps: {unit: %s}\ngroups: {user: {key: [userId], counts: [view]}}"
                    .formatted(unit)));
    String event = "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"u\"}".formatted(eventTs);
    decoder.decode(event.getBytes(UTF_8), CLOCK, CLOCK);
    assertThat(decoder.isOfOtherUnit()).isEqualTo(other);
  }
}
