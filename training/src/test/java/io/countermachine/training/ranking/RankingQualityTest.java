package io.countermachine.training.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is expected was worked out by hand. */
class RankingQualityTest {
  /** The chosen candidate of each request comes first; a request is its scores. */
  private static RankingQuality quality(float[]... requests) {
    RankingRows.Builder rows = new RankingRows.Builder(List.of("score"));
    for (int request = 0; request < requests.length; request++) {
      for (int candidate = 0; candidate < requests[request].length; candidate++) {
        rows.add(request, candidate == 0 ? 1 : 0, new float[] {requests[request][candidate]});
      }
    }
    RankingRows built = rows.build();
    return RankingQuality.of(built, built.values(List.of("score")));
  }

  @Test
  void threeRequests_haveTheQualityOfPaper() {
    RankingQuality quality =
        quality(
            new float[] {0.9f, 0.5f, 0.1f}, // first
            new float[] {0.2f, 0.4f, 0.4f}, // third
            new float[] {0.3f, 0.3f, 0.1f}); // first or second, as ties fall
    assertThat(quality.meanReciprocalRank())
        .isCloseTo((1 + 1 / 3.0 + (1 + 0.5) / 2) / 3, within(1e-12));
    double second = Math.log(2) / Math.log(3);
    assertThat(quality.meanGain()).isCloseTo((1 + 0.5 + (1 + second) / 2) / 3, within(1e-12));
    // 0.9 is above all six others, 0.2 above both of 0.1, 0.3 above these and equal to one.
    assertThat(quality.auc()).isCloseTo((6 + 2 + 2.5) / 18, within(1e-12));
  }

  @Test
  void rankBelowTen_gainsNothing() {
    float[] scores = new float[12];
    for (int i = 1; i < scores.length; i++) {
      scores[i] = i;
    }
    assertThat(quality(scores).meanGain()).isZero();
    assertThat(quality(scores).meanReciprocalRank()).isCloseTo(1 / 12.0, within(1e-12));
  }

  @Test
  void differenceOfTwoModels_hasItsStandardError() {
    RankingQuality best = quality(new float[] {2, 1, 0}, new float[] {2, 1, 0});
    RankingQuality other = quality(new float[] {2, 1, 0}, new float[] {0, 1, 2});
    // The differences are 0 and 1/2: mean 1/4, variance 1/8, of which half for the mean of two.
    assertThat(best.gainOver(other)).isCloseTo(0.25, within(1e-12));
    assertThat(best.errorOver(other)).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void requestsWithoutExactlyOneChosenCandidate_areLeftOut() {
    RankingRows.Builder rows = new RankingRows.Builder(List.of("score"));
    float[][] labels = {{0, 0}, {0, 1}, {1, 1}, {1, 0}};
    for (int request = 0; request < labels.length; request++) {
      for (int candidate = 0; candidate < 2; candidate++) {
        rows.add(request, labels[request][candidate], new float[] {10 * request + candidate});
      }
    }
    RankingRows built = rows.build();
    assertThat(built.requests()).isEqualTo(2);
    assertThat(built.leftOut()).isEqualTo(2);
    assertThat(built.values(List.of("score"))).containsExactly(10, 11, 30, 31);
    assertThat(built.chosen(0)).isEqualTo(1);
    assertThat(built.chosen(1)).isEqualTo(2);
  }
}
