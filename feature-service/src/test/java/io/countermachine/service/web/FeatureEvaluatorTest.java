package io.countermachine.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredItem;
import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Counters;
import io.countermachine.rules.RuleBook;
import io.countermachine.rules.RuleRecord;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.countermachine.service.encode.FeatureResponseWriter;
import io.countermachine.service.evaluate.FeatureEvaluator;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import io.countermachine.service.store.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FeatureEvaluatorTest {
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final long NOW = 1_707_605_600_000L;
  private static final LimitsProperties LIMITS = new LimitsProperties(10_000, 100, 100, 20, 40, 9);
  private static final long HOUR = 3_600_000;

  /** A store in memory whose keys can be made to fail. */
  private static final class MemoryStore implements CounterStore {
    private final Map<ItemKey, ReadResult> items = new HashMap<>();
    private final Map<ItemKey, ReadResult> copies = new HashMap<>();
    private final List<ItemKey> asked = new ArrayList<>();

    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      asked.addAll(keys);
      for (int i = 0; i < keys.size(); i++) {
        listener.onResult(i, items.getOrDefault(keys.get(i), ReadResult.absent(System.nanoTime())));
      }
    }

    @Override
    public ReadResult fallback(ItemKey key) {
      return copies.getOrDefault(key, ReadResult.FAILED);
    }

    @Override
    public void check() {
      // Memory is always available.
    }
  }

  private final MemoryStore store = new MemoryStore();
  private KeyRules rules = KeyRules.NONE;

  private void put(String group, String key, Counters counters) {
    store.items.put(
        new ItemKey(group, key),
        ReadResult.found(TestItems.of(counters, OptionalLong.empty()), System.nanoTime()));
  }

  private FeatureValues evaluate(String features, String candidates) {
    return evaluate(features, "{\"userId\": \"u\"}", candidates);
  }

  private FeatureValues evaluate(String features, String context, String candidates) {
    String body =
        "{\"features\": %s, \"context\": %s, \"candidates\": %s, \"include\": [\"statuses\"]}"
            .formatted(features, context, candidates);
    FeatureRequest request =
        new FeatureRequestReader(new FeatureRequestRules(CATALOG, LIMITS))
            .read(body.getBytes(UTF_8));
    RequestKeys keys = new RequestKeys(request, LIMITS);
    return new FeatureValues(
        keys,
        new FeatureEvaluator(store, () -> CountedMeasures.ALL, rules)
            .evaluate(
                keys,
                keys.asOfMillis(NOW),
                NOW,
                Deadline.after(Duration.ofSeconds(20)),
                new ServerTiming()));
  }

  @Test
  void sharedKey_isReadOnce() {
    evaluate(
        "[\"user.view.1h\", \"user.view.lifetime\", \"post.view.1h\", \"pair.view.1d\"]",
        "[{\"postId\": \"a\"}, {\"postId\": \"b\"}, {\"postId\": \"a\"}, {\"postId\": \"a\", \"userId\": \"v\"}]");
    assertThat(store.asked)
        .containsExactlyInAnyOrder(
            new ItemKey("user", "u"),
            new ItemKey("user", "v"),
            new ItemKey("post", "a"),
            new ItemKey("post", "b"),
            new ItemKey("pair", "u|a"),
            new ItemKey("pair", "u|b"),
            new ItemKey("pair", "v|a"));
  }

  @Test
  void candidatesOwnField_winsOverTheContexts_wherever() {
    Counters one = new Counters(CATALOG.group("user").orElseThrow().schema());
    one.add(0, 1, NOW);
    Counters two = new Counters(CATALOG.group("user").orElseThrow().schema());
    two.add(0, 2, NOW);
    put("user", "u", one);
    put("user", "v", two);
    FeatureValues answered =
        evaluate(
            "[\"user.view.lifetime\"]",
            "[{\"userId\": \"v\"}, {}, {\"userId\": \"v\"}, {\"userId\": null}, {\"userId\": \"u\"}]");
    assertThat(values(answered)).containsExactly(2, 1, 2, 1, 1);
  }

  private static double[] values(FeatureValues answered) {
    double[] values = new double[answered.request().results()];
    for (int i = 0; i < values.length; i++) {
      values[i] = answered.value(i, 0);
    }
    return values;
  }

  private void block(String userId, String times) {
    Catalog withRules =
        CatalogLoader.parse(
            "rules.yaml", "rules: {topic: r, lists: {bots: userId}}\n" + TestCatalog.YAML);
    RuleBook book = new RuleBook(withRules, false);
    book.apply(RuleRecord.key("bots", userId), times.getBytes(UTF_8), NOW, 1);
    rules = new KeyRules(withRules, book);
  }

  private static List<Status> statuses(FeatureValues answered, int candidate) {
    List<Status> statuses = new ArrayList<>();
    for (int feature = 0; feature < answered.request().plan().size(); feature++) {
      statuses.add(answered.status(candidate, feature));
    }
    return statuses;
  }

  @Test
  void blockedValue_isNoneOfItsKeys_whateverTheStoreHas() {
    Counters user = new Counters(CATALOG.group("user").orElseThrow().schema());
    user.add(0, 1, NOW);
    put("user", "u", user);
    store.items.put(new ItemKey("pair", "u|a"), ReadResult.FAILED);
    block("u", "{\"from\": %d}".formatted(NOW));
    FeatureValues answered =
        evaluate(
            "[\"user.view.lifetime\", \"post.view.1h\", \"pair.view.1d\"]",
            "[{\"postId\": \"a\"}, {\"postId\": \"a\", \"userId\": \"v\"}]");
    assertThat(statuses(answered, 0))
        .containsExactly(Status.BLOCKED, Status.NOT_FOUND, Status.BLOCKED);
    assertThat(answered.value(0, 0)).isNaN();
    assertThat(answered.evaluation().partial()).isFalse();
    assertThat(statuses(answered, 1)).doesNotContain(Status.BLOCKED);
  }

  @Test
  void blockedValue_isThereAgain_outsideOfTheRulesTime() {
    block("u", "{\"from\": %d}".formatted(NOW + 1));
    assertThat(statuses(evaluate("[\"user.view.lifetime\"]", "[{}]"), 0))
        .containsExactly(Status.NOT_FOUND);
    block("u", "{\"from\": 1, \"until\": %d}".formatted(NOW));
    assertThat(statuses(evaluate("[\"user.view.lifetime\"]", "[{}]"), 0))
        .containsExactly(Status.NOT_FOUND);
    block("u", "{\"from\": 1, \"until\": %d}".formatted(NOW + 1));
    assertThat(statuses(evaluate("[\"user.view.lifetime\"]", "[{}]"), 0))
        .containsExactly(Status.BLOCKED);
  }

  @Test
  void failedKey_isAnError_andTheRestIsAnswered() {
    store.items.put(new ItemKey("post", "a"), ReadResult.FAILED);
    FeatureValues answered =
        evaluate("[\"post.view.1h\", \"user.view.1h\"]", "[{\"postId\": \"a\"}]");
    assertThat(answered.evaluation().partial()).isTrue();
    assertThat(answered.status(0, 0)).isEqualTo(Status.ERROR);
    assertThat(answered.value(0, 0)).isNaN();
    assertThat(answered.status(0, 1)).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void storeThatFailsForEveryKey_isUnavailable() {
    store.items.put(new ItemKey("post", "a"), ReadResult.FAILED);
    assertThatThrownBy(() -> evaluate("[\"post.view.1h\"]", "[{\"postId\": \"a\"}]"))
        .isInstanceOf(StoreUnavailable.class);
  }

  @Test
  void requestWithoutAnyKey_asksNothing() {
    FeatureValues answered = evaluate("[\"post.view.1h\"]", "[{}]");
    assertThat(store.asked).isEmpty();
    assertThat(answered.status(0, 0)).isEqualTo(Status.NO_KEY);
    assertThat(answered.evaluation().partial()).isFalse();
  }

  @Test
  void keyThatIsTooLong_isTheCandidatesOrTheContextsFault() {
    assertThatThrownBy(
            () ->
                evaluate(
                    "[\"post.view.1h\"]", "[{}, {\"postId\": \"%s\"}]".formatted("é".repeat(11))))
        .isInstanceOf(RequestFault.class)
        .hasMessageContaining("20 bytes")
        .extracting("field")
        .isEqualTo("candidates[1].postId");
    assertThatThrownBy(
            () ->
                evaluate(
                    "[\"user.view.1h\"]",
                    "{\"userId\": \"%s\"}".formatted("u".repeat(21)),
                    "[{\"postId\": \"a\"}]"))
        .isInstanceOf(RequestFault.class)
        .extracting("field")
        .isEqualTo("context.userId");
  }

  @Test
  void ratioOfOldEvidence_isTakenOfWhatIsStored_thoughBothSidesHaveDecayedToNothing() {
    // 12 likes of 100 views, ten years ago: exp(-87,660 h / 1 h) is far below the smallest double.
    Counters counters = new Counters(CATALOG.group("post").orElseThrow().schema());
    counters.add(0, 100, NOW - 87_660 * HOUR);
    counters.add(1, 12, NOW - 87_660 * HOUR);
    put("post", "old", counters);
    FeatureValues answered =
        evaluate(
            "[\"post.view.1h\", \"post.ctr.1h\", \"post.smoothed.1h\", \"post.dwell.1h\"]",
            "[{\"postId\": \"old\"}]");
    assertThat(answered.value(0, 0)).isZero();
    assertThat(answered.value(0, 1)).isEqualTo(0.12);
    assertThat(answered.status(0, 1)).isEqualTo(Status.OK);
    assertThat(answered.value(0, 2)).as("no evidence is left beside the prior").isEqualTo(0.05);
    assertThat(answered.value(0, 3)).as("0 spent of 100 views").isZero();
    assertThat(answered.status(0, 3)).isEqualTo(Status.OK);
  }

  @Test
  void ratio_isUndefined_onlyWhereTheStoredDivisorIsZero() {
    Counters counters = new Counters(CATALOG.group("post").orElseThrow().schema());
    counters.add(1, 12, NOW);
    put("post", "liked", counters);
    FeatureValues answered = evaluate("[\"post.ctr.1h\"]", "[{\"postId\": \"liked\"}]");
    assertThat(answered.value(0, 0)).isNaN();
    assertThat(answered.status(0, 0)).isEqualTo(Status.UNDEFINED);
  }

  @Test
  void answer_repeatsTheTextOfSharedKeys_andKeepsTheOrder() {
    Counters user = new Counters(CATALOG.group("user").orElseThrow().schema());
    user.add(0, 7, NOW - HOUR);
    put("user", "u", user);
    Counters post = new Counters(CATALOG.group("post").orElseThrow().schema());
    post.add(0, 4, NOW);
    post.add(2, 12_345_678.5, NOW);
    put("post", "a", post);
    FeatureValues answered =
        evaluate(
            "[\"user.view.1h\", \"post.view.lifetime\", \"post.ctr.1h\", \"user.view.lifetime\", \"post.spent.lifetime\"]",
            "[{\"postId\": \"a\"}, {\"postId\": \"b\"}, {\"postId\": \"a\"}, {}]");
    // 7 / e, to the last digit.
    String decayed = "2.5751560882000963";
    JsonBytes answer = new JsonBytes();
    answer.write(77L);
    FeatureResponseWriter.write(answered, answer);
    assertThat(new String(answer.toArray(), UTF_8))
        .isEqualTo(
            ("{\"metadata\":{\"asOf\":1707605600000,\"features\":[\"user.view.1h\",\"post.view.lifetime\","
                    + "\"post.ctr.1h\",\"user.view.lifetime\",\"post.spent.lifetime\"],\"partial\":false,\"catalog\":\"#\"},\"results\":["
                    + "{\"values\":[§,4.0,0.0,7.0,1.23456785E7],\"statuses\":[\"OK\",\"OK\",\"OK\",\"OK\",\"OK\"]},"
                    + "{\"values\":[§,0.0,null,7.0,0.0],\"statuses\":[\"OK\",\"NOT_FOUND\",\"NOT_FOUND\",\"OK\",\"NOT_FOUND\"]},"
                    + "{\"values\":[§,4.0,0.0,7.0,1.23456785E7],\"statuses\":[\"OK\",\"OK\",\"OK\",\"OK\",\"OK\"]},"
                    + "{\"values\":[§,null,null,7.0,null],\"statuses\":[\"OK\",\"NO_KEY\",\"NO_KEY\",\"OK\",\"NO_KEY\"]}]}")
                .replace("§", decayed)
                .replace("#", CATALOG.hash()));
  }

  /** Statuses by severity: OK < NEWER < STALE < UNDEFINED < NOT_FOUND < ERROR. */
  @Test
  void oldCopies_takeThePlaceOfAFailedStore_asStale_andAreNotPartial() {
    Counters views = counters("post");
    views.add(0, 4, NOW);
    for (String key : List.of("viewed", "absent", "lost")) {
      store.items.put(new ItemKey("post", key), ReadResult.FAILED);
    }
    store.copies.put(new ItemKey("post", "viewed"), stale(views));
    store.copies.put(new ItemKey("post", "absent"), stale(null));
    String features = "[\"post.view.1h\", \"post.like.1h\", \"post.ctr.1h\"]";

    FeatureValues answered =
        evaluate(features, "[{\"postId\": \"viewed\"}, {\"postId\": \"absent\"}]");
    assertThat(answered.value(0, 0)).isEqualTo(4);
    assertThat(answered.status(0, 0)).isEqualTo(Status.STALE);
    assertThat(answered.status(0, 1)).isEqualTo(Status.STALE);
    assertThat(answered.status(1, 0)).isEqualTo(Status.NOT_FOUND);
    assertThat(answered.status(1, 2)).isEqualTo(Status.NOT_FOUND);
    assertThat(answered.evaluation().partial()).isFalse();
    assertThat(answered.evaluation().complete()).isFalse();
    assertThat(answered.evaluation().staleKeys()).isEqualTo(2);

    FeatureValues withLost =
        evaluate(features, "[{\"postId\": \"viewed\"}, {\"postId\": \"lost\"}]");
    assertThat(withLost.status(0, 0)).isEqualTo(Status.STALE);
    assertThat(withLost.status(1, 0)).isEqualTo(Status.ERROR);
    assertThat(withLost.evaluation().partial()).isTrue();
    assertThatThrownBy(() -> evaluate(features, "[{\"postId\": \"lost\"}]"))
        .isInstanceOf(StoreUnavailable.class);
  }

  @Test
  void ratioOfAnOldCopy_withNothingToDivideBy_isUndefined_andANewerOneIsStale() {
    Counters likes = counters("post");
    likes.add(1, 4, NOW + HOUR);
    store.items.put(new ItemKey("post", "liked"), ReadResult.FAILED);
    store.copies.put(new ItemKey("post", "liked"), stale(likes));
    FeatureValues answered =
        evaluate("[\"post.like.1h\", \"post.ctr.1h\"]", "[{\"postId\": \"liked\"}]");
    assertThat(answered.value(0, 0)).isEqualTo(4);
    assertThat(answered.status(0, 0)).isEqualTo(Status.STALE);
    assertThat(answered.status(0, 1)).isEqualTo(Status.UNDEFINED);
  }

  private static Counters counters(String group) {
    return new Counters(CATALOG.group(group).orElseThrow().schema());
  }

  private static ReadResult stale(Counters counters) {
    StoredItem item = counters == null ? null : TestItems.of(counters, OptionalLong.empty());
    return new ReadResult(item, false, true, System.nanoTime());
  }
}
