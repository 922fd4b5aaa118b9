package io.countermachine.local.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.verification.ExpectedValues.Entry;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredEntryTest {
  private static Object number(String text) {
    return text == null
        ? null
        : text.contains(".") ? (Object) Double.valueOf(text) : Long.valueOf(text);
  }

  /** A table drops the zero of 5.0. Nothing turns an event's 5 into 5.0. */
  @ParameterizedTest
  @CsvSource({
    "5, 5, true",
    "5, 5.0, false",
    "500, 5E+2, true",
    "5.0, 5, true",
    "5.0, 5.0, true",
    "5.5, 5.50, true",
    "5.5, 5, false",
    "5, 6, false",
    ", 5, false"
  })
  void number_isTheEvents(String event, String found, boolean same) {
    StoredEntry entry = new StoredEntry(7, Map.of("stars", new BigDecimal(found)));
    Entry expected = new Entry(7, Arrays.asList(number(event)));
    assertThat(entry.is(expected, List.of("stars"))).isEqualTo(same);
  }
}
