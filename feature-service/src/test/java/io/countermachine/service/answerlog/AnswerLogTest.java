package io.countermachine.service.answerlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Ports;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.evaluate.FeatureEvaluator;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeaturePlans;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The records of responses, and what happens to them without a broker. */
class AnswerLogTest {
  private static final long NOW = 1_707_605_600_000L;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final CandidateFields FIELDS = new CandidateFields(CATALOG);
  private static final FeaturePlans PLANS = new FeaturePlans(CATALOG, FIELDS);
  private static final LimitsProperties LIMITS =
      new LimitsProperties(1_000_000, 1_000, 1_000, 2_048, 100_000, 10_000);

  /** A store without items. */
  private static final class EmptyStore implements CounterStore {
    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      for (int i = 0; i < keys.size(); i++) {
        listener.onResult(i, ReadResult.absent(System.nanoTime()));
      }
    }

    @Override
    public void check() {
      // Always available.
    }
  }

  private static String[] fields(String... namesAndValues) {
    String[] values = new String[FIELDS.size()];
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values[FIELDS.index(namesAndValues[i])] = namesAndValues[i + 1];
    }
    return values;
  }

  private static FeatureValues answer(
      FeaturePlan plan, String set, String[][] contexts, String[]... candidates) {
    RequestKeys keys =
        new RequestKeys(
            new FeatureRequest(
                plan,
                set,
                contexts,
                contexts.length > 1,
                candidates,
                Map.of(),
                OptionalLong.of(NOW),
                false,
                false),
            LIMITS);
    return new FeatureValues(
        keys,
        new FeatureEvaluator(new EmptyStore(), () -> CountedMeasures.ALL, KeyRules.NONE)
            .evaluate(keys, NOW, NOW, Deadline.after(LIMIT), new ServerTiming()));
  }

  private static List<String> records(FeatureValues answer) {
    List<String> records = new ArrayList<>();
    new AnswerRecords().write("call-1", answer, value -> records.add(new String(value, UTF_8)));
    assertThat(records).hasSize(AnswerRecords.count(answer));
    return records;
  }

  @Test
  void record_hasWhatWasAsked_valuesAndStatuses() {
    FeaturePlan plan = PLANS.ofNames(List.of("post.ctr.1h", "post.smoothed.1h", "user.view.1h"));
    FeatureValues answer =
        answer(
            plan,
            "feed",
            new String[][] {fields("userId", "u1")},
            fields("postId", "a\"b"),
            fields("userId", "u2"));

    assertThat(records(answer))
        .containsExactly(
            """
            {"requestId":"call-1","asOf":1707605600000,"set":"feed","catalog":"%s",\
            "features":["post.ctr.1h","post.smoothed.1h","user.view.1h"],"context":{"userId":"u1"},\
            "candidates":[{"postId":"a\\"b"},{"userId":"u2"}],\
            "values":[[null,0.05,0.0],[null,null,0.0]],\
            "statuses":[["NOT_FOUND","NOT_FOUND","NOT_FOUND"],["NO_KEY","NO_KEY","NOT_FOUND"]]}"""
                .formatted(CATALOG.hash()));
  }

  @Test
  void severalContexts_areARecordEach() {
    FeatureValues answer =
        answer(
            PLANS.ofNames(List.of("user.view.1h")),
            null,
            new String[][] {fields("userId", "u1"), fields()},
            fields("postId", "p"),
            fields("userId", "u3"));

    assertThat(records(answer))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .contains(
                        "\"context\":{\"userId\":\"u1\"},\"candidates\":[{\"postId\":\"p\"},{\"userId\":\"u3\"}]",
                        "\"values\":[[0.0],[0.0]]")
                    .doesNotContain("\"set\""),
            second -> assertThat(second).contains("\"context\":{}", "\"values\":[[null],[0.0]]"));
  }

  /** More than 20,000 values are more than a broker accepts in one record. */
  @Test
  void largeAnswer_isSeveralRecords_ofSomeCandidatesEach() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      names.add("post.smoothed.1h");
    }
    String[][] candidates = new String[1_000][];
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] = fields("postId", "p" + i);
    }
    List<String> records =
        records(answer(PLANS.ofNames(names), null, new String[][] {fields()}, candidates));

    assertThat(records).hasSize(3);
    assertThat(records).allMatch(record -> record.length() < 1_000_000);
    assertThat(records.get(0)).contains("[{\"postId\":\"p0\"},").contains("{\"postId\":\"p399\"}]");
    assertThat(records.get(2)).contains("[{\"postId\":\"p800\"},").contains("\"p999\"}]");
  }

  @Test
  void brokerThatIsAway_neverMakesAnOfferWait_andEachDroppedAnswerIsCounted() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    FeatureValues answer =
        answer(
            PLANS.ofSet("feed"),
            "feed",
            new String[][] {fields("userId", "u1")},
            fields("postId", "p1"));
    AnswerLogProperties properties =
        new AnswerLogProperties(1, "answers", "localhost:" + Ports.free(), 12, Map.of());
    int requests = 1_000;
    try (AnswerLog log = new AnswerLog(properties, meters)) {
      for (int i = 0; i < requests; i++) {
        // Each record that the producer cannot send blocks the log's own thread for a second.
        log.offer("call-" + i, answer);
      }
      Await.until(
          "all are dropped",
          LIMIT,
          () -> dropped(meters, "failed") + dropped(meters, "overflow") == requests);
    }
    // Two responses of six values fit into the buffer.
    assertThat(dropped(meters, "overflow")).isGreaterThan(requests / 2.0);
    assertThat(dropped(meters, "failed")).isPositive();
    assertThat(dropped(meters, "logged")).isZero();
    assertThat(meters.get("countermachine.answer.log.waiting").gauge().value()).isZero();
  }

  private static double dropped(SimpleMeterRegistry meters, String outcome) {
    return meters.get("countermachine.answer.log").tag("outcome", outcome).counter().count();
  }

  @Test
  void requestOutsideTheSample_isPassedOver() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    FeatureValues answer =
        answer(PLANS.ofSet("feed"), "feed", new String[][] {fields()}, fields("postId", "p1"));
    try (AnswerLog log = AnswerLog.none(meters)) {
      log.offer("call-1", answer);
      log.offer(null, answer);
    }
    assertThat(meters.get("countermachine.answer.log.waiting").gauge().value()).isZero();
  }
}
