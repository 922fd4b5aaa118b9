package io.countermachine.training.ranking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingComparisonTest {
  private static final List<String> FEATURES =
      List.of("article.click.1h", "article.click.lifetime", "article.trend");

  /** Of four candidates the one with the largest count of the hour is chosen; the rest is noise. */
  private static RankingRows rows(long seed, int requests) {
    Random random = new Random(seed);
    RankingRows.Builder rows = new RankingRows.Builder(FEATURES);
    for (int request = 0; request < requests; request++) {
      int chosen = random.nextInt(4);
      for (int candidate = 0; candidate < 4; candidate++) {
        float recent = random.nextInt(10) + (candidate == chosen ? 20 : 0);
        rows.add(
            request,
            candidate == chosen ? 1 : 0,
            new float[] {recent, random.nextInt(100), Float.NaN});
      }
    }
    return rows.build();
  }

  @Test
  void models_learnFromTheCountThatTells_andFromNoOther() {
    for (Ranker ranker : List.of(new LogisticRanker(), new BoostedRanker())) {
      RankingRows test = rows(2, 500);
      RankingQuality all = RankingQuality.of(test, ranker.scores(rows(1, 1_000), test, FEATURES));
      RankingQuality lifetime =
          RankingQuality.of(
              test, ranker.scores(rows(1, 1_000), test, List.of("article.click.lifetime")));
      assertThat(all.meanReciprocalRank()).as(ranker.title()).isGreaterThan(0.99);
      // Of four in any order the mean of 1 / rank is (1 + 1/2 + 1/3 + 1/4) / 4.
      assertThat(lifetime.meanReciprocalRank()).as(ranker.title()).isBetween(0.47, 0.57);
    }
  }

  @Test
  void comparison_printsEachChoiceOfFeatures() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    RankingComparison comparison =
        new RankingComparison(rows(1, 300), rows(2, 300), new PrintStream(said, true, UTF_8));
    comparison.compare(List.of("article.click.1h"), List.of(new LogisticRanker()));
    assertThat(said.toString(UTF_8).lines().map(line -> line.replaceAll(" +", " ")))
        .hasSize(5)
        .anySatisfy(line -> assertThat(line).startsWith("logistic regression lifetime alone 1 0."))
        .anySatisfy(line -> assertThat(line).startsWith("logistic regression all 3 "))
        .anySatisfy(
            line -> assertThat(line).startsWith("logistic regression kept by study 1 1.0000"));
    Map<String, Double> single = comparison.single();
    assertThat(single.get("article.click.1h")).isEqualTo(1);
    // All equal: the mean of 1 / log2(1 + rank) over four ranks.
    assertThat(single.get("article.trend")).isBetween(0.6403, 0.6405);
  }

  @Test
  void keptFeatures_areThoseOfTheSetThatTheStudyPrinted() {
    assertThat(RankingComparison.kept("…\nsets:\n  clicked_features: [a.b.1h, a.c.lifetime]\n"))
        .containsExactly("a.b.1h", "a.c.lifetime");
    assertThatThrownBy(() -> RankingComparison.kept("sets:\n"))
        .hasMessageContaining("prints no set clicked_features");
  }
}
