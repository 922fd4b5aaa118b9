package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The job alone converts a table from readable to packed items, and applies a precision. */
class ItemFormatIT {
  private static final String CATALOG =
      """
      events: {view: {}}
      intervals: [1h, lifetime]
      groups: {user: {key: [userId], counts: [view]%s}}
      """;

  private static final long SECONDS = 1_707_605_599L;

  @TempDir private Path folder;

  @Test
  void table_isChangedOver_byARestartOfTheJob() throws IOException {
    try (RunningStack running = RunningStack.start(folder, CATALOG.formatted(""))) {
      running.ingest(views("old", "both", "both"));
      assertThat(attributes(running, "both")).contains("counts", "lastUpdate");

      running.stack().jobProcess().close();
      Files.writeString(
          folder.resolve("catalog.yaml"),
          CATALOG.formatted(", precision: 50%, maxStale: 3s") + "storage: {format: packed}\n");
      running.stack().restartJob();
      // A third view is within the precision of two, and is written only when the item is stale.
      running.ingest(views("both", "new"));

      assertThat(attributes(running, "old")).contains("counts", "lastUpdate");
      assertThat(attributes(running, "both")).contains("packed").doesNotContain("counts");
      assertThat(attributes(running, "new")).contains("packed").doesNotContain("counts");
      assertViews(running, "old", 1);
      assertViews(running, "both", 3);
      assertViews(running, "new", 1);
    }
  }

  private static List<byte[]> views(String... users) {
    return List.of(users).stream()
        .map(
            user ->
                "{\"eventName\":\"view\",\"userId\":\"%s\",\"eventTs\":%d}"
                    .formatted(user, SECONDS)
                    .getBytes(UTF_8))
        .toList();
  }

  private static List<String> attributes(RunningStack running, String user) {
    Map<String, AttributeValue> item = running.table().get(List.of("user", user));
    return List.copyOf(item.keySet());
  }

  private static void assertViews(RunningStack running, String user, int views) {
    ArrayNode candidates = JsonNodeFactory.instance.arrayNode();
    candidates.addObject().put("userId", user);
    JsonNode values =
        running
            .ask(
                List.of("user.view.1h", "user.view.lifetime"),
                candidates,
                (SECONDS + 3_600) * 1_000)
            .at("/results/0/values");
    assertThat(values.path(0).asDouble()).isCloseTo(views * Math.exp(-1), within(1e-12));
    assertThat(values.path(1).asDouble()).isEqualTo(views);
  }
}
