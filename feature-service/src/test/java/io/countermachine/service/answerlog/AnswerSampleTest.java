package io.countermachine.service.answerlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerSampleTest {
  private static final int REQUESTS = 100_000;

  private static List<String> sampled(double share) {
    AnswerSample sample = new AnswerSample(share);
    return IntStream.range(0, REQUESTS).mapToObj(i -> "call-" + i).filter(sample::has).toList();
  }

  /** The limits are five standard deviations of a binomial distribution. */
  @ParameterizedTest
  @CsvSource({"0, 0, 0", "0.01, 842, 1158", "0.5, 49209, 50791", "1, 100000, 100000"})
  void share_isThatOfTheRequests(double share, int least, int most) {
    assertThat(sampled(share).size()).isBetween(least, most);
  }

  @Test
  void smallerSample_isPartOfALargerOne() {
    assertThat(sampled(0.1)).containsAll(sampled(0.01));
  }

  @Test
  void settingsThatCannotBe_areRefusedInWords() {
    assertThatThrownBy(() -> new AnswerLogProperties(1.5, "answers", "b:1", 1, Map.of()))
        .hasMessage("counter-machine.answer-log.share is 1.5; expected 0 to 1, such as 0.01");
    assertThatThrownBy(() -> new AnswerLogProperties(0.1, "answers", "", 1, Map.of()))
        .hasMessageContaining("bootstrap-servers is not set");
    assertThatThrownBy(() -> new AnswerLogProperties(0.1, "answers", "b:1", 0, Map.of()))
        .hasMessageContaining("buffer-values is 0; expected 1 or more");
  }
}
