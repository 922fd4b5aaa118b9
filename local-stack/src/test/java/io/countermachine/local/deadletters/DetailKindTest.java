package io.countermachine.local.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetailKindTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "eventTs is missing, expected a whole number of 0 or more | eventTs is missing, expected a whole number of N or more",
        "eventTs is 5312 ms ahead of the clock, at most 60000 ms are allowed; it looks like milliseconds; timestamps: {unit: milliseconds} | eventTs is N ms ahead of the clock, at most N ms are allowed; it looks like milliseconds; timestamps: {…}",
        "\"user.id\" (userId) is -1.5e3, expected a non-empty string or an integer | \"…\" (userId) is N, expected a non-empty string or an integer",
        "eventTs is \"2024\"; it looks like iso8601 | eventTs is \"…\"; it looks like iso8601",
        "Unexpected character ('}' (code 125)) | Unexpected character ('…' (code N))",
        "x1 is 123456789012345678901234567890123456789… | x1 is N",
      })
  void values_areLeftOut(String detail, String kind) {
    assertThat(DetailKind.of(detail)).isEqualTo(kind);
  }
}
