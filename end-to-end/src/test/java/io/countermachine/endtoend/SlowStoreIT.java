package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.faults.FaultProxy;
import io.countermachine.local.faults.FaultRules;
import io.countermachine.local.faults.StoreFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Everything that is reported as ingested is in the table, however slow the table is. */
class SlowStoreIT {
  private static final String CATALOG =
      """
      events: {view: {}}
      intervals: [lifetime]
      groups: {post: {key: [postId], counts: [view]}}
      """;

  private static final int KEYS = 5_000;
  private static final int EVENTS = 7_000;

  /**
   * The latency of the store. In this time, two tasks write 200 items each in eight concurrent
   * batches, and the sink buffers 1,000 items each. It takes about 25 seconds until all are
   * written.
   */
  private static final Duration SLOW = Duration.ofSeconds(2);

  @TempDir private Path folder;
  private FaultProxy proxy;

  private URI proxyOf(URI store) {
    proxy = FaultProxy.start(store);
    return proxy.endpoint();
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  @Test
  void everyKey_isInTheTable_onceItIsSaidToBe() throws IOException {
    try (RunningStack running = RunningStack.startWithProxy(folder, CATALOG, this::proxyOf)) {
      proxy.rules(FaultRules.always(StoreFault.lateCall(SLOW)).on("BatchWriteItem"));
      List<byte[]> lines = new ArrayList<>();
      for (int i = 0; i < EVENTS; i++) {
        lines.add(
            "{\"eventName\":\"view\",\"postId\":\"p%d\",\"eventTs\":1707605599}"
                .formatted(i % KEYS)
                .getBytes(UTF_8));
      }

      running.ingest(lines);

      Map<List<String>, Map<String, AttributeValue>> table = running.table();
      assertThat(table).hasSize(KEYS);
      for (int i = 0; i < KEYS; i++) {
        assertThat(views(table, "p" + i)).isEqualTo(i < EVENTS - KEYS ? "2" : "1");
      }
    }
  }

  private static String views(Map<List<String>, Map<String, AttributeValue>> table, String post) {
    return table.get(List.of("post", post)).get("counts").m().get("view").m().get("lifetime").n();
  }
}
