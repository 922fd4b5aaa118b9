package io.countermachine.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredItem;
import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Measure;
import io.countermachine.measure.Occurrence;
import io.countermachine.service.encode.FeatureResponseWriter;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.FeatureEvaluator;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import io.countermachine.service.store.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Sends requests to the service before it is ready. The first requests open connections and run in
 * the interpreter, and would miss their deadline.
 *
 * <p>They read keys that do not exist from the table, and evaluate and encode generated counters.
 */
@Component
final class WarmUp implements ApplicationRunner {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final Duration PER_STORE = Duration.ofSeconds(1);
  private static final int CANDIDATES = 50;
  private static final int FEATURES = 50;

  private final Catalog catalog;
  private final CounterStore uncachedStore;
  private final Clock clock;

  WarmUp(Catalog catalog, @Qualifier("uncachedStore") CounterStore uncachedStore, Clock clock) {
    this.catalog = catalog;
    this.uncachedStore = uncachedStore;
    this.clock = clock;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    byte[] body = body();
    int madeUp = repeat(body, new MadeUpStore());
    int real = repeat(body, uncachedStore);
    LOG.info("warmed up with {} requests, {} of them to the store", madeUp + real, real);
  }

  /** Repeats requests for a while. If the store does not respond, it sends only one. */
  private int repeat(byte[] body, CounterStore store) {
    LimitsProperties limits =
        new LimitsProperties(
            body.length,
            CANDIDATES,
            FEATURES,
            ItemKey.MAX_KEY_BYTES,
            CANDIDATES * FEATURES,
            CANDIDATES * FEATURES);
    FeatureRequestReader reader =
        new FeatureRequestReader(new FeatureRequestRules(catalog, limits));
    FeatureEvaluator evaluator =
        new FeatureEvaluator(store, () -> CountedMeasures.ALL, KeyRules.NONE);
    Deadline end = Deadline.after(PER_STORE);
    JsonBytes answer = new JsonBytes();
    int requests = 0;
    while (end.remainingNanos() > 0) {
      try {
        requests++;
        RequestKeys keys = new RequestKeys(reader.read(body), limits);
        long now = clock.millis();
        Evaluation evaluation =
            evaluator.evaluate(
                keys, keys.asOfMillis(now), now, Deadline.after(PER_STORE), new ServerTiming());
        FeatureResponseWriter.write(new FeatureValues(keys, evaluation), answer);
      } catch (StoreUnavailable e) {
        LOG.warn("the store does not answer yet; readiness says when it does");
        return requests;
      }
    }
    return requests;
  }

  private byte[] body() {
    String features =
        catalog.groups().stream()
            .flatMap(group -> group.features().stream())
            .limit(FEATURES)
            .map(Feature::name)
            .collect(Collectors.joining("\",\""));
    List<String> fields =
        catalog.groups().stream().flatMap(group -> group.keyFields().stream()).distinct().toList();
    String candidates =
        IntStream.range(0, CANDIDATES)
            .mapToObj(
                i ->
                    fields.stream()
                        .map(field -> "\"%s\":\"warm-up-%d\"".formatted(field, i))
                        .collect(Collectors.joining(",", "{", "}")))
            .collect(Collectors.joining(","));
    return "{\"features\":[\"%s\"],\"candidates\":[%s],\"include\":[\"statuses\"]}"
        .formatted(features, candidates)
        .getBytes(UTF_8);
  }

  /** A store that generates counters for every key. */
  private final class MadeUpStore implements CounterStore {
    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      for (int i = 0; i < keys.size(); i++) {
        listener.onResult(i, ReadResult.found(item(keys.get(i), i), System.nanoTime()));
      }
    }

    private StoredItem item(ItemKey key, int i) {
      Group group = catalog.group(key.group()).orElseThrow();
      Counters counters = new Counters(group.schema());
      counters.extendSessions(clock.millis());
      for (int measure = 0; measure < group.schema().measures().size(); measure++) {
        Measure of = group.schema().measures().get(measure);
        Occurrence occurrence = new Occurrence().at(clock.millis() - i).weight(1).value(i + 1.5);
        occurrence.label("label-" + i % 3).fields(of.kind().occurrenceFields().toArray());
        counters.add(measure, occurrence);
      }
      return new StoredItem(ItemValues.of(group.itemSchema(), counters), OptionalLong.empty());
    }

    @Override
    public void check() {
      // Generated in memory, so always available.
    }
  }
}
