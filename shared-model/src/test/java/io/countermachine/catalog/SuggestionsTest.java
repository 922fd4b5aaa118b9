package io.countermachine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  private static final List<String> KNOWN = List.of("post", "play", "user_post", "timespent");

  @ParameterizedTest
  @CsvSource({
    "pot, post",
    "psot, post",
    "posts, post",
    "POST, post",
    "Play, play",
    "userpost, user_post",
    "tiemspnet, timespent",
  })
  void nearest_isWhatWasMeant(String typed, String meant) {
    assertThat(Suggestions.nearest(typed, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"purchase", "tsop", "x"})
  void nearest_isNothing_whereNoNameIsNear(String typed) {
    assertThat(Suggestions.nearest(typed, KNOWN)).isEmpty();
  }
}
