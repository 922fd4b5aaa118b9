package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContributionTest {
  @Test
  void oneEvent_isCountedAndSummed_underTheNamesThatMapsGive() {
    Catalog catalog =
        CatalogLoader.parse(
            "test.yaml",
            """
            events: {skip: {}, play: {value: ms}}
            intervals: [1h]
            groups:
              user: {key: [userId], counts: [skip]}
              track: {key: [trackId], counts: {skips: skip, plays: play}, sums: {listened: play}}
            """);
    Contribution[][] byType = Contribution.byType(catalog);
    assertThat(byType[0]).hasSize(2);
    assertThat(Arrays.stream(byType[0]).mapToInt(Contribution::group)).containsExactly(0, 1);
    assertThat(Arrays.stream(byType[0]).mapToInt(Contribution::measure)).containsExactly(0, 0);
    assertThat(Arrays.stream(byType[1]).mapToInt(Contribution::group)).containsExactly(1, 1);
    assertThat(Arrays.stream(byType[1]).mapToInt(Contribution::measure)).containsExactly(1, 2);
  }
}
