package io.countermachine.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoInstantsTest {
  @ParameterizedTest
  @CsvSource({
    "2024-02-10T22:53:19Z, 1707605599000",
    "2024-02-10t22:53:19z, 1707605599000",
    "2024-02-10 22:53:19+00:00, 1707605599000",
    "2024-02-10T23:53:19+01:00, 1707605599000",
    "2024-02-10T23:53:19+0100, 1707605599000",
    "2024-02-10T23:53:19+01, 1707605599000",
    "2024-02-10T19:23:19.5-03:30, 1707605599500",
    "'2024-02-10T22:53:19,123456789Z', 1707605599123",
    "2024-02-10T22:53:19.01Z, 1707605599010",
    "2024-02-10T22:53Z, 1707605580000",
    "1970-01-01T00:00:00Z, 0",
    "1969-12-31T23:59:59.999Z, -1",
    "2024-02-29T00:00:00Z, 1709164800000",
    "2000-02-29T00:00:00Z, 951782400000",
    "9999-12-31T23:59:59Z, 253402300799000"
  })
  void instant_isItsEpochMilliseconds(String text, long millis) {
    assertThat(IsoInstants.parse(text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2024-02-10",
        "2024-02-10T22:53:19",
        "2024-02-10T22:53:19+",
        "2024-02-10T22:53:19+1",
        "2024-02-10T22:53:19+01:",
        "2024-02-10T22:53:19+01:6",
        "2024-02-10T22:53:19+01:60",
        "2024-02-10T22:53:19+19:00",
        "2024-02-10T22:53:19+18:01",
        "2024-02-10T22:53:19.Z",
        "2024-02-10T22:53:19.1234567890Z",
        "2024-02-10T22:53:19ZZ",
        "2024-02-10T22:53:60Z",
        "2024-02-10T24:00:00Z",
        "2024-02-10T22:60:00Z",
        "2024-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "20240210T225319Z",
        "2024-2-10T22:53:19Z",
        "+2024-02-10T22:53:19Z",
        "2024-02-10T2253:19Z",
        "10.02.2024 22:53:19Z",
        "1707605599",
        "２０２４-02-10T22:53:19Z"
      })
  void anythingElse_isNone(String text) {
    assertThat(IsoInstants.parse(text)).isEqualTo(IsoInstants.NONE);
  }

  @Test
  void everyDayOfFourCenturies_hasItsNumber() {
    long day = 0;
    int[] lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int year = 1970; year < 2370; year++) {
      boolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      for (int month = 1; month <= 12; month++) {
        int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
        for (int date = 1; date <= length; date++) {
          assertThat(IsoInstants.parse("%04d-%02d-%02dT00:00:00Z".formatted(year, month, date)))
              .isEqualTo(day * 86_400_000);
          day++;
        }
      }
    }
  }
}
