package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The example of the source tutorial: its event, its three intervals and its get-item. */
class TutorialIT {
  private static final String CATALOG =
      """
      events: {like: {}}
      intervals: [5s, 10s, 15s]
      groups: {like: {key: [userId], counts: [like]}}
      """;

  private static final String EVENT =
      "{\"eventName\":\"like\",\"userId\":\"1234\",\"creatorId\":\"7777\",\"postId\":\"p9\",\"eventTs\":%d}";

  /** The tolerance for sums whose order is not fixed. */
  private static final double TOLERANCE = 1e-12;

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
      // Calculated by hand: 1 now, 1 five seconds ago, 1 ten seconds ago.
      assertThat(Double.parseDouble(likes.get("5s").n()))
          .isCloseTo(1 + Math.exp(-1) + Math.exp(-2), within(TOLERANCE));
      assertThat(Double.parseDouble(likes.get("10s").n()))
          .isCloseTo(1 + Math.exp(-0.5) + Math.exp(-1), within(TOLERANCE));

      ArrayNode candidates = JsonNodeFactory.instance.arrayNode();
      candidates.addObject().put("userId", "1234");
      assertThat(
              running
                  .ask(List.of("like.like.15s"), candidates, 1_707_605_604_000L)
                  .at("/results/0/values/0")
                  .asDouble())
          .isCloseTo(1 + Math.exp(-1 / 3.0) + Math.exp(-2 / 3.0), within(TOLERANCE));
    }
  }
}
