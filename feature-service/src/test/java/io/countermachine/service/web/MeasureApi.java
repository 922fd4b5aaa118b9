package io.countermachine.service.web;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Occurrence;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fills tables with what events would leave, and compares what the API answers with paper. */
final class MeasureApi {
  private static final double TOLERANCE = 1e-9;

  private final RequestSpecification api;

  MeasureApi(RequestSpecification api) {
    this.api = api;
  }

  /** Counts what one event gives one measure. */
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
    ItemValues values = ItemValues.of(group.itemSchema(), counters);
    client.putItem(
        call ->
            call.tableName(CounterTable.DEFAULT_NAME)
                .item(ItemCodec.encode(key, values, OptionalLong.empty(), format)));
  }

  /** What one candidate gets: {@code values} and {@code statuses}. */
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

  /** Compares numbers within 1e-9, and all else as texts, so that the order in a map counts. */
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
