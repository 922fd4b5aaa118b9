package io.countermachine.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.item.ItemKey;
import io.countermachine.json.JsonBytes;
import io.countermachine.service.encode.FeatureColumnsWriter;
import io.countermachine.service.encode.FeatureResponseWriter;
import io.countermachine.service.encode.ProtobufBytes;
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
import io.countermachine.service.store.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
 * <p>Requests for generated counters repeat until the compiler is quiet: they pass through the near
 * cache and the parser of responses, but leave no copies. A few more read keys that do not exist
 * from the table.
 */
@Component
final class WarmUp implements ApplicationRunner {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Reads of the table cost money. */
  private static final Duration MOST_OF_TABLE = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int CANDIDATES = 100;

  /** Of the candidates; their keys are in no near cache. */
  private static final int NEW_CANDIDATES = 20;

  private static final int LACKING_ONE_OF = 10;
  private static final int FEATURES = 50;

  private static final int MOST = Integer.MAX_VALUE - 1;

  /** Only the number of candidates has a limit, because the API has one. */
  static final LimitsProperties LIMITS =
      new LimitsProperties(MOST, CANDIDATES, MOST, ItemKey.MAX_KEY_BYTES, MOST, MOST);

  private final Catalog catalog;
  private final CounterStore uncachedStore;
  private final Supplier<CounterStore> madeUpStores;
  private final WarmUpProperties properties;
  private final Clock clock;

  WarmUp(
      Catalog catalog,
      @Qualifier("uncachedStore") CounterStore uncachedStore,
      @Qualifier("madeUpStores") Supplier<CounterStore> madeUpStores,
      WarmUpProperties properties,
      Clock clock) {
    this.catalog = catalog;
    this.uncachedStore = uncachedStore;
    this.madeUpStores = madeUpStores;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    if (properties.maxTime().isZero()) {
      return;
    }
    long begin = System.nanoTime();
    Deadline end = Deadline.after(properties.maxTime());
    CompilerLoad compiler = new CompilerLoad();
    int madeUp = repeat(madeUpStores.get(), () -> end.remainingNanos() > 0 && !compiler.isQuiet());
    Duration half = properties.maxTime().dividedBy(2);
    Deadline ofTable = Deadline.after(half.compareTo(MOST_OF_TABLE) < 0 ? half : MOST_OF_TABLE);
    int real = repeat(uncachedStore, () -> ofTable.remainingNanos() > 0);
    LOG.info(
        "warmed up for {} ms with {} requests, {} of them to the store",
        Duration.ofNanos(System.nanoTime() - begin).toMillis(),
        madeUp + real,
        real);
  }

  /** Repeats requests for a while. If the store does not respond, it sends only one. */
  private int repeat(CounterStore store, BooleanSupplier goOn) {
    FeatureRequestReader reader =
        new FeatureRequestReader(new FeatureRequestRules(catalog, LIMITS));
    FeatureEvaluator evaluator =
        new FeatureEvaluator(store, () -> CountedMeasures.ALL, KeyRules.NONE);
    JsonBytes json = new JsonBytes();
    ProtobufBytes protobuf = new ProtobufBytes();
    int requests = 0;
    while (goOn.getAsBoolean()) {
      try {
        requests++;
        RequestKeys keys = new RequestKeys(reader.read(body(requests)), LIMITS);
        long now = clock.millis();
        Evaluation evaluation =
            evaluator.evaluate(
                keys, keys.asOfMillis(now), now, Deadline.after(PATIENCE), new ServerTiming());
        FeatureValues values = new FeatureValues(keys, evaluation);
        FeatureResponseWriter.write(values, json);
        FeatureColumnsWriter.write(values, protobuf);
        json.clear();
        protobuf.clear();
      } catch (StoreUnavailable e) {
        LOG.warn("the store does not answer yet; readiness says when it does");
        return requests;
      }
    }
    return requests;
  }

  /**
   * A request of one of four kinds, because what is compiled for one kind is compiled again for the
   * next: a set or a list of features, with or without a context, a time and statuses.
   */
  byte[] body(int request) {
    List<String> sets = List.copyOf(catalog.sets().keySet());
    boolean ofSet = request % 2 == 1 && !sets.isEmpty();
    boolean hasContext = request % 4 >= 2;
    String what =
        ofSet
            ? "\"set\":\"%s\"".formatted(sets.get(request / 2 % sets.size()))
            : "\"features\":[\"%s\"]".formatted(String.join("\",\"", features()));
    List<String> fields =
        catalog.groups().stream().flatMap(group -> group.keyFields().stream()).distinct().toList();
    int shared = hasContext && !fields.isEmpty() ? 1 : 0;
    String context =
        hasContext ? ",\"context\":" + object(fields.subList(0, shared), "context") : "";
    String candidates =
        IntStream.range(0, CANDIDATES)
            .mapToObj(i -> candidate(fields, shared, i, request))
            .collect(Collectors.joining(","));
    String more =
        switch (request % 4) {
          case 0 -> ",\"include\":[\"statuses\"]";
          case 1 -> ",\"asOf\":" + clock.millis();
          case 2 -> "";
          default -> ",\"include\":[\"statuses\",\"copyAge\"]";
        };
    return "{%s%s,\"candidates\":[%s]%s}"
        .formatted(what, context, candidates, more)
        .getBytes(UTF_8);
  }

  private List<String> features() {
    return catalog.groups().stream()
        .flatMap(group -> group.features().stream())
        .limit(FEATURES)
        .map(Feature::name)
        .toList();
  }

  /** Some candidates have new keys, and some lack a field. */
  private static String candidate(List<String> fields, int shared, int index, int request) {
    boolean isWhole = index % LACKING_ONE_OF > 0 || shared == fields.size();
    return object(
        fields.subList(shared, isWhole ? fields.size() : fields.size() - 1),
        index < NEW_CANDIDATES ? index + "-" + request : Integer.toString(index));
  }

  private static String object(List<String> fields, String name) {
    return fields.stream()
        .map(field -> "\"%s\":\"warm-up-%s\"".formatted(field, name))
        .collect(Collectors.joining(",", "{", "}"));
  }
}
