package io.countermachine.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeopleTest {
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
    assertThat(People.number(value)).isEqualTo(text);
  }
}
