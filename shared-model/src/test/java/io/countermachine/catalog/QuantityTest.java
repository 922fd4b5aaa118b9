package io.countermachine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "1,key,1 key",
    "15,key,15 keys",
    "2,entry,2 entries",
    "0,event,0 events",
    "1047,day,'1,047 days'"
  })
  void number_standsBeforeTheWordInItsForm(long number, String one, String words) {
    assertThat(Quantity.of(number, one)).isEqualTo(words);
  }
}
