package io.countermachine.service.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.service.problem.RequestFault;
import org.junit.jupiter.api.Test;

class FeaturePlansTest {
  private static final String WITHOUT_SETS =
      """
      events: {like: {}}
      intervals: [1h]
      groups: {user: {key: [userId], counts: [like]}}
      """;

  private static FeaturePlans plans(String text) {
    Catalog catalog = CatalogLoader.parse("catalog.yaml", text);
    return new FeaturePlans(catalog, new CandidateFields(catalog));
  }

  @Test
  void unknownSet_isRefused_withThoseThereAre() {
    FeaturePlans plans = plans(WITHOUT_SETS + "sets: {home_feed: [user.like.1h]}\n");

    assertThatThrownBy(() -> plans.ofSet("home"))
        .isInstanceOf(RequestFault.class)
        .hasMessage("unknown set \"home\"; known: [home_feed]");
  }

  @Test
  void unknownSet_isRefused_withWhatToDo_whenThereAreNone() {
    assertThatThrownBy(() -> plans(WITHOUT_SETS).ofSet("home"))
        .isInstanceOf(RequestFault.class)
        .hasMessage("unknown set \"home\"; the catalog has none, so name features");
  }
}
