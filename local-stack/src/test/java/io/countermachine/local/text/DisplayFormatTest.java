package io.countermachine.local.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1047.0159; 1,047.02",
        "2928; 2,928",
        "16.9789; 16.98",
        "0.05654; 0.0565",
        "0; 0",
        "-0.0; 0",
        "-1234.5; -1,234.50",
        "0.000012345; 1.235e-05",
        "1e30; 1.000e+30"
      })
  void numbers_areWrittenAsPeopleDo(double value, String text) {
    assertThat(DisplayFormat.number(value)).isEqualTo(text);
  }

  @Test
  void counts_haveTheirPlural_andTimesTheirSeconds() {
    assertThat(DisplayFormat.count(0, "event")).isEqualTo("0 events");
    assertThat(DisplayFormat.count(1, "dead letter")).isEqualTo("1 dead letter");
    assertThat(DisplayFormat.count(1_505, "event")).isEqualTo("1,505 events");
    assertThat(DisplayFormat.clock(LocalTime.of(9, 30))).isEqualTo("09:30:00");
  }
}
