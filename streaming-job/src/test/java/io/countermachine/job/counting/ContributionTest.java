package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.MeasureKind;
import io.countermachine.catalog.yaml.CatalogLoader;
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
    assertThat(byType[0])
        .containsExactly(
            new Contribution(0, 0, MeasureKind.COUNT), new Contribution(1, 0, MeasureKind.COUNT));
    assertThat(byType[1])
        .containsExactly(
            new Contribution(1, 1, MeasureKind.COUNT), new Contribution(1, 2, MeasureKind.SUM));
  }
}
