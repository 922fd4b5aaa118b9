package io.countermachine.service.web;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.SharedParts;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Occurrence;
import io.countermachine.service.StoredService;
import io.countermachine.service.TestItems;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fills tables with the results of events, and compares the API's responses with values calculated
 * by hand.
 */
final class MeasureApi implements AutoCloseable {
  private static final double TOLERANCE = 1e-9;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final StoredService stored;
  private final RequestSpecification api;

  private MeasureApi(StoredService stored) {
    this.stored = stored;
    this.api = stored.service().requests();
  }

  /**
   * Starts the service with a table that the test fills.
   *
   * @param maxAge how long it keeps copies
   */
  static MeasureApi start(Path folder, String yaml, String maxAge, Consumer<DynamoDbClient> filling)
      throws IOException {
    Path catalog = Files.writeString(folder.resolve("measures.yaml"), yaml);
    return new MeasureApi(
        StoredService.start(
            folder,
            filling,
            "--counter-machine.catalog=" + catalog,
            "--counter-machine.cache.max-age=" + maxAge,
            "--counter-machine.dynamodb.catalog-period=50ms"));
  }

  /** Requests to the service. */
  RequestSpecification requests() {
    return api;
  }

  @Override
  public void close() {
    stored.close();
  }

  /** Waits until a candidate's features have these statuses. */
  void awaitStatuses(String features, String candidate, long asOf, String statuses) {
    Await.until(statuses, LIMIT, () -> statuses(ask(features, candidate, asOf)).equals(statuses));
  }

  /**
   * Runs checks while the table says that the job counts exactly these measures.
   *
   * @param since by group, the instant since which its measures are counted
   * @param counted by group and measure, the counted intervals
   */
  void whileCounted(
      Map<String, Map<String, Long>> since,
      Map<String, Map<String, List<String>>> counted,
      Runnable checks) {
    CatalogItem item =
        new CatalogItem(
            "older",
            "table",
            1,
            1_000,
            since,
            counted,
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty());
    try (DynamoDbClient client = SharedParts.store().client()) {
      CounterTable table = new CounterTable(client, CounterTable.DEFAULT_NAME);
      assertThat(table.putCatalogItem(item, Optional.empty())).isTrue();
      try {
        checks.run();
      } finally {
        client.deleteItem(
            call ->
                call.tableName(CounterTable.DEFAULT_NAME)
                    .key(ItemCodec.encodeKey(CatalogItem.key())));
      }
    }
  }

  /** Counts the contribution of one event to one measure. */
  static void add(Counters counters, String measure, Occurrence occurrence) {
    int index = counters.schema().measureIndex(measure);
    assertThat(index).as(measure).isNotNegative();
    counters.extendSessions(occurrence.instantMillis());
    counters.add(index, occurrence);
  }

  /** Stores counters under a key. */
  static void put(
      DynamoDbClient client, Catalog catalog, String key, Counters counters, ItemFormat format) {
    Group group = catalog.group(counters.schema().name()).orElseThrow();
    TestItems.put(client, key, ItemValues.of(group.itemSchema(), counters), format);
  }

  /** The {@code values} and {@code statuses} of one candidate. */
  JsonNode ask(String features, String candidate, long asOf) {
    String body =
        "{\"features\":[\"%s\"],\"candidates\":[%s],\"asOf\":%d,\"include\":[\"statuses\"]}"
            .formatted(features.replace(" ", "\",\""), candidate, asOf);
    String answer =
        given(api)
            .contentType(ContentType.JSON)
            .body(body)
            .post("/v1/features")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    return JsonMapper.shared().readTree(answer).at("/results/0");
  }

  /**
   * Compares numbers with a tolerance of 1e-9, and everything else as texts, so that the order in a
   * map counts.
   */
  void check(String features, String candidate, long asOf, String values, String statuses) {
    JsonNode answer = ask(features, candidate, asOf);
    assertThat(statuses(answer)).as(features).isEqualTo(statuses);
    JsonNode expected = JsonMapper.shared().readTree(values);
    assertThat(answer.get("values").size()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      JsonNode actual = answer.at("/values/" + i);
      if (expected.get(i).isNumber()) {
        assertThat(actual.isNumber()).as("%d of %s: %s", i, features, actual).isTrue();
        assertThat(actual.asDouble())
            .as("%d of %s", i, features)
            .isCloseTo(expected.get(i).asDouble(), within(TOLERANCE));
      } else {
        assertThat(actual.toString())
            .as("%d of %s", i, features)
            .isEqualTo(expected.get(i).toString());
      }
    }
  }

  static String statuses(JsonNode answer) {
    return String.join(" ", answer.get("statuses").valueStream().map(JsonNode::asString).toList());
  }
}
