package io.countermachine.bench.items;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.ItemFormat;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;

class ItemsBenchIT {
  @Test
  void smokeSize_measuresBothForms() throws Exception {
    Collection<RunResult> results = ItemsBench.measure(true);
    for (ItemFormat format : ItemFormat.values()) {
      ItemsBench.Figures figures = ItemsBench.figures(results, format);
      assertThat(figures.readNanos()).isPositive();
      assertThat(figures.encodeNanos()).isPositive();
    }
    assertThat(ItemsBench.figures(results, ItemFormat.PACKED).storedBytes())
        .isLessThan(ItemsBench.figures(results, ItemFormat.READABLE).storedBytes());
  }
}
