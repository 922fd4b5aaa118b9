package io.countermachine.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final Catalog CATALOG = CatalogLoader.loadBundled();

  private final Store table = new Store();
  private final Store madeUp = new Store();

  /** Finds nothing, or fails. */
  private static final class Store implements CounterStore {
    private int reads;
    private boolean fails;

    @Override
    public void read(List<ItemKey> asked, ReadListener listener) {
      reads++;
      for (int i = 0; i < asked.size(); i++) {
        listener.onResult(i, fails ? ReadResult.FAILED : ReadResult.absent(System.nanoTime()));
      }
    }

    @Override
    public void check() {}
  }

  private WarmUp warmUp(Duration maxTime) {
    return new WarmUp(
        CATALOG, table, () -> madeUp, new WarmUpProperties(maxTime), Clock.systemUTC());
  }

  @Test
  void requests_areSentToBothStores() {
    warmUp(Duration.ofMillis(400)).run(null);

    assertThat(madeUp.reads).isPositive();
    assertThat(table.reads).isPositive();
  }

  @Test
  void tableThatDoesNotAnswer_isAskedOnce() {
    table.fails = true;
    warmUp(Duration.ofSeconds(20)).run(null);

    assertThat(table.reads).isEqualTo(1);
  }

  @Test
  void noTime_isNoRequest() {
    warmUp(Duration.ZERO).run(null);

    assertThat(madeUp.reads).isZero();
    assertThat(table.reads).isZero();
  }

  @Test
  void requests_areOfEachKind_andReadSomeNewKeys() {
    WarmUp warmUp = warmUp(Duration.ofMillis(1));
    FeatureRequestReader reader =
        new FeatureRequestReader(new FeatureRequestRules(CATALOG, WarmUp.LIMITS));
    List<FeatureRequest> requests =
        IntStream.range(0, 8).mapToObj(i -> reader.read(warmUp.body(i))).toList();

    assertThat(requests).extracting(request -> request.set() == null).contains(true, false);
    assertThat(requests)
        .extracting(request -> new String(warmUp.body(requests.indexOf(request)), UTF_8))
        .anyMatch(body -> body.contains("\"context\""))
        .anyMatch(body -> !body.contains("\"context\""));
    List<ItemKey> first = new RequestKeys(requests.get(0), WarmUp.LIMITS).keys();
    List<ItemKey> sameKind = new RequestKeys(requests.get(4), WarmUp.LIMITS).keys();
    assertThat(sameKind)
        .as("copies of some keys, and others")
        .containsAnyElementsOf(first)
        .hasSameSizeAs(first)
        .isNotEqualTo(first);
  }
}
