package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.TableCheck.Finding;
import io.countermachine.bench.pipeline.TableCheck.Form;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.process.LocalDynamoDbClients;
import io.countermachine.local.stub.StubServer;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The check decides whether a run is valid, so it must find every fault, and nothing else. */
class TableCheckTest {
  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "c.yaml",
          """
          events: {view: {}, like: {}, click: {}, comment: {}, timespent: {value: durationMs}}
          intervals: [1m, lifetime]
          groups:
            user: {key: [userId], counts: [view], sums: [timespent]}
            user_creator: {key: [userId, creatorId], counts: [like], intervals: [1h]}
            site: {key: [], counts: [click], intervals: [1h]}
          """);
  private static final double MINUTE = 60_000;
  private static final double HOUR = 60 * MINUTE;

  private static final EventStream.Shape SHAPE =
      new EventStream.Shape(400, 20, 1.1, 4, 1_707_605_599);

  /** The first user, who has most of the events. */
  private static final String USER = "u0";

  /** A group's counters of one key, calculated independently. */
  private static final class Row {
    private long lastUpdateMillis;
    private final Map<String, Map<String, Double>> values = new HashMap<>();

    private void decayTo(long millis) {
      double elapsed = millis - lastUpdateMillis;
      for (Map<String, Double> ofMeasure : values.values()) {
        ofMeasure.computeIfPresent("1m", (label, value) -> value * Math.exp(-elapsed / MINUTE));
        ofMeasure.computeIfPresent("1h", (label, value) -> value * Math.exp(-elapsed / HOUR));
      }
      lastUpdateMillis = millis;
    }

    private void add(String measure, String label, double amount) {
      values.computeIfAbsent(measure, first -> new HashMap<>()).merge(label, amount, Double::sum);
    }
  }

  private record Name(String group, String key) {}

  private final Map<Name, Row> rows = new HashMap<>();
  private StubServer stub;
  private DynamoDbClient client;

  @BeforeEach
  void fill() {
    stub = StubServer.start(0, Duration.ZERO, false, 1);
    client = LocalDynamoDbClients.builder(stub.endpoint()).build();
    new CounterTable(client, CounterTable.DEFAULT_NAME).createIfMissing();
    EventStream events = new EventStream(SHAPE);
    while (events.advance()) {
      String user = events.field("userId");
      switch (EventMix.TYPES.get(events.type())) {
        case "view" -> count(events, new Name("user", user), "view", MINUTE, "1m", "lifetime");
        case "timespent" ->
            count(events, new Name("user", user), "timespent", MINUTE, "1m", "lifetime");
        case "like" ->
            count(
                events,
                new Name("user_creator", user + "|" + events.field("creatorId")),
                "like",
                HOUR,
                "1h");
        case "click" -> count(events, new Name("site", "*"), "click", HOUR, "1h");
        default -> {}
      }
    }
    rows.forEach(this::put);
  }

  @AfterEach
  void stop() {
    client.close();
    stub.close();
  }

  /** Adds an event to its row, decayed by the only interval that decays. */
  private void count(
      EventStream event, Name name, String measure, double tauMillis, String... labels) {
    Row row = rows.computeIfAbsent(name, first -> new Row());
    row.decayTo(Math.max(row.lastUpdateMillis, event.timeMillis()));
    double age = row.lastUpdateMillis - event.timeMillis();
    for (String label : labels) {
      double factor = label.equals("lifetime") ? 1 : Math.exp(-age / tauMillis);
      row.add(measure, label, event.amount() * factor);
    }
  }

  private void put(Name name, Row row) {
    Map<String, AttributeValue> counts = new HashMap<>();
    row.values.forEach(
        (measure, values) -> {
          Map<String, AttributeValue> numbers = new HashMap<>();
          values.forEach((label, value) -> numbers.put(label, number(value)));
          counts.put(measure, AttributeValue.fromM(numbers));
        });
    client.putItem(
        call ->
            call.tableName(CounterTable.DEFAULT_NAME)
                .item(
                    Map.of(
                        "key", AttributeValue.fromS(name.key()),
                        "featureName", AttributeValue.fromS(name.group()),
                        "lastUpdate", AttributeValue.fromN(Long.toString(row.lastUpdateMillis)),
                        "counts", AttributeValue.fromM(counts))));
  }

  private static AttributeValue number(double value) {
    return AttributeValue.fromN(Double.toString(value));
  }

  private Finding check() {
    return check(CATALOG);
  }

  private Finding check(Catalog catalog) {
    return new TableCheck(catalog, new EventStream(SHAPE), Form.CONTRACT, null).check(client);
  }

  private void change(String label, double factor) {
    Name name = new Name("user", USER);
    Row row = rows.get(name);
    row.values.get("view").computeIfPresent(label, (same, value) -> value * factor);
    put(name, row);
  }

  @Test
  void table_isRight_whenItHoldsWhatTheEventsMake() {
    assertThat(check()).isEqualTo(new Finding(rows.size(), rows.size(), rows.size(), 0, null));
    assertThat(check().isRight()).isTrue();
    assertThat(rows).hasSizeGreaterThan(30).containsKey(new Name("user", USER));
  }

  @Test
  void value_isRight_whenOnlyItsRoundingDiffers() {
    change("1m", 1 + 1e-10);

    assertThat(check().isRight()).isTrue();
  }

  @Test
  void value_isFound_whenItIsOffByTwiceTheTolerance() {
    change("1m", 1 + 2e-9);

    assertWrong(check(), "view.1m is ");
  }

  @Test
  void value_isFound_whenAMillisecondTooMuchWasCounted() {
    Name name = new Name("user", USER);
    rows.get(name).add("timespent", "lifetime", 1);
    put(name, rows.get(name));

    assertWrong(check(), "timespent.lifetime is ");
  }

  @Test
  void derivedEvents_areFound_whenTheirPackedValueIsOff() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            """
            storage: {format: packed}
            events:
              like: {}
              comment: {}
              timespent: {value: durationMs}
              long_stay: {of: timespent, where: durationMs >= 8000}
              engage: {of: [like, comment], weight: {like: 1, comment: 3}}
            intervals: [lifetime]
            groups:
              post: {key: [postId], counts: {engage: engage, stay: timespent}, sums: {long_time: long_stay}}
            """);
    Group group = catalog.groups().get(0);
    Map<String, Counters> byPost = new HashMap<>();
    EventStream events = new EventStream(SHAPE);
    while (events.advance()) {
      String type = EventMix.TYPES.get(events.type());
      if (type.equals("view") || type.equals("click")) {
        continue;
      }
      Counters counters =
          byPost.computeIfAbsent(events.field("postId"), first -> new Counters(group.schema()));
      long at = events.timeMillis();
      switch (type) {
        case "like" -> counters.add(group.schema().measureIndex("engage"), 1, at);
        case "comment" -> counters.add(group.schema().measureIndex("engage"), 3, at);
        default -> {
          counters.add(group.schema().measureIndex("stay"), 1, at);
          if (events.amount() >= 8_000) {
            counters.add(group.schema().measureIndex("long_time"), events.amount(), at);
          }
        }
      }
    }
    byPost.forEach((post, counters) -> put(group, post, counters));

    assertThat(check(catalog))
        .isEqualTo(new Finding(rows.size() + byPost.size(), byPost.size(), byPost.size(), 0, null));
    assertThat(byPost).hasSizeGreaterThan(10);

    Counters first = byPost.get("p0");
    first.add(group.schema().measureIndex("long_time"), 1, first.lastUpdateMillis());
    put(group, "p0", first);
    assertThat(check(catalog).wrong()).isEqualTo(1);
    assertThat(check(catalog).example()).contains("p0", "long_time.lifetime is ");
  }

  private void put(Group group, String post, Counters counters) {
    client.putItem(
        call ->
            call.tableName(CounterTable.DEFAULT_NAME)
                .item(
                    ItemCodec.encode(
                        post,
                        ItemValues.of(group.itemSchema(), counters),
                        OptionalLong.empty(),
                        ItemFormat.PACKED)));
  }

  @Test
  void lastUpdate_isFound_whenItMoved() {
    Name name = new Name("user", USER);
    // The values are decayed with it, so they are right as of the new instant.
    rows.get(name).decayTo(rows.get(name).lastUpdateMillis + 1);
    put(name, rows.get(name));

    assertWrong(check(), "last update ");
  }

  @Test
  void item_isFound_whenItIsMissing() {
    client.batchWriteItem(
        call ->
            call.requestItems(
                Map.of(
                    CounterTable.DEFAULT_NAME,
                    List.of(
                        WriteRequest.builder()
                            .deleteRequest(
                                delete ->
                                    delete.key(
                                        Map.of(
                                            "key", AttributeValue.fromS(USER),
                                            "featureName", AttributeValue.fromS("user"))))
                            .build()))));

    Finding finding = check();

    assertThat(finding.items()).isEqualTo(rows.size() - 1);
    assertWrong(finding, "there is no item");
  }

  @Test
  void item_isFound_whenItsKeyIsOfNoEvent() {
    put(new Name("user", "nobody"), rows.get(new Name("user", USER)));

    Finding finding = check();

    assertThat(finding).isEqualTo(new Finding(rows.size() + 1, rows.size(), rows.size(), 0, null));
    assertThat(finding.isRight()).isFalse();
  }

  private static void assertWrong(Finding finding, String fault) {
    assertThat(finding.isRight()).isFalse();
    assertThat(finding.wrong()).isEqualTo(1);
    assertThat(finding.example()).contains(USER, fault);
  }

  @Test
  void hash_isAnotherForEachKey_whenManyGroupsHaveKeysThatDifferInOneLetter() {
    Set<Long> hashes = new HashSet<>();
    for (int group = 0; group < 30; group++) {
      for (int i = 0; i < 5_000; i++) {
        hashes.add(TableCheck.hash((group % 2 == 0 ? "u" : "p") + i, group));
      }
    }

    assertThat(hashes).hasSize(30 * 5_000);
  }
}
