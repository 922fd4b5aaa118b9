package io.countermachine.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.CatalogLoader;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final long MINUTE = 1_707_605_580_000L;
  private static final int EVENTS = 10_000;

  @Test
  void traffic_isCountable_butForAFewBrokenEvents_andOnePostIsViral() {
    Catalog catalog = CatalogLoader.loadBundled();
    Traffic traffic = new Traffic(catalog, 1);
    Recomputation recomputation = new Recomputation(catalog);
    String viral = "\"postId\":\"" + Traffic.keyOf("postId", Traffic.viralRank(MINUTE)) + "\"";
    int viralEvents = 0;
    for (int i = 0; i < EVENTS; i++) {
      byte[] event = traffic.next(MINUTE);
      recomputation.add(event, MINUTE);
      viralEvents += new String(event, UTF_8).contains(viral) ? 1 : 0;
    }
    // Half a per cent is broken and four tenths are of the viral post; six standard deviations
    // around each.
    assertThat(recomputation.deadLetters().size()).isBetween(10, 95);
    assertThat(viralEvents).isBetween(3_650, 4_350);
  }
}
