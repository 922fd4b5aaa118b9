package io.countermachine.endtoend;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The source tutorial's own example: its event, its three intervals and its get-item. */
class TutorialIT {
  private static final String CATALOG =
      """
      events: {like: {}}
      intervals: [5s, 10s, 15s]
      groups: {like: {key: [userId], counts: [like]}}
      """;

  private static final String EVENT =
      "{\"eventName\":\"like\",\"userId\":\"1234\",\"creatorId\":\"7777\",\"postId\":\"p9\",\"eventTs\":%d}";

  @TempDir private Path folder;

  @Test
  void itsEvents_giveItsItem_andLateOnesCount() throws IOException {
    try (RunningStack running = RunningStack.start(folder, CATALOG)) {
      running.ingest(
          List.of(
              EVENT.formatted(1_707_605_599).getBytes(UTF_8),
              EVENT.formatted(1_707_605_604).getBytes(UTF_8),
              EVENT.formatted(1_707_605_594).getBytes(UTF_8)));

      Map<String, AttributeValue> item;
      try (DynamoDbClient client = running.stack().dynamoDb().client()) {
        item =
            client
                .getItem(
                    call ->
                        call.tableName("Counters")
                            .key(
                                Map.of(
                                    "key", AttributeValue.fromS("1234"),
                                    "featureName", AttributeValue.fromS("like"))))
                .item();
      }
      assertThat(item.get("lastUpdate").n()).isEqualTo("1707605604000");
      Map<String, AttributeValue> likes = item.get("counts").m().get("like").m();
      assertThat(likes).containsOnlyKeys("5s", "10s", "15s");
      // On paper: 1 now, 1 five seconds ago, 1 ten seconds ago.
      assertThat(Double.parseDouble(likes.get("5s").n()))
          .isEqualTo(1 + Math.exp(-1) + Math.exp(-2));
      assertThat(Double.parseDouble(likes.get("10s").n()))
          .isEqualTo(1 + Math.exp(-0.5) + Math.exp(-1));

      given()
          .baseUri(running.service())
          .contentType(ContentType.JSON)
          .body(
              "{\"features\":[\"like.like.15s\"],\"candidates\":[{\"userId\":\"1234\"}],\"asOf\":1707605604000}")
          .post("/v1/features")
          .then()
          .statusCode(200)
          .body(
              "results[0].values[0]",
              equalTo((float) (1 + Math.exp(-1 / 3.0) + Math.exp(-2 / 3.0))));
    }
  }
}
