package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class RetainHistoryTest {
  private static final long DAY = 86_400_000;

  private static Group post(String retain) {
    return CatalogLoader.parse(
            "retain.yaml",
            """
            events: {like: {}}
            groups:
              post: {key: [postId], counts: [like], intervals: [1h]%s}
            """
                .formatted(retain))
        .groups()
        .get(0);
  }

  private static final Group MINUTE = post(", retain: 60s");
  private static final Group ONE_DAY = post(", retain: 1d");
  private static final Group STALE = post(", retain: 60s, precision: 1%, maxStale: 30s");

  private static RetainHistory copy(RetainHistory history, long now) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    history.write(out, now);
    return RetainHistory.read(new DataInputDeserializer(out.getCopyOfBuffer()));
  }

  @Test
  void items_areKept_forTheRetainAndWhatIsRounded() {
    assertThat(RetainHistory.keptMillis(MINUTE)).isEqualTo(61_000);
    assertThat(RetainHistory.keptMillis(STALE)).isEqualTo(91_000);
  }

  @Test
  void longerTimeOfEarlier_counts_untilItsLastItemIsGone() throws IOException {
    RetainHistory history = new RetainHistory();
    history.use(ONE_DAY, 0);
    history.use(ONE_DAY, 1_000);
    RetainHistory later = copy(history, 1_000);
    assertThat(later.longestMillis(MINUTE, DAY + 1_000)).isEqualTo(DAY + 1_000);
    assertThat(later.longestMillis(MINUTE, DAY + 2_000)).isEqualTo(61_000);
    assertThat(copy(later, DAY + 2_000).longestMillis(MINUTE, 0)).isEqualTo(61_000);
  }

  @Test
  void shorterTimeOfEarlier_isTold_whileAnItemOfItMayBeThere() {
    RetainHistory history = new RetainHistory();
    history.use(MINUTE, 1_000);
    assertThat(history.shorterMillis(ONE_DAY, 61_999)).isEqualTo(OptionalLong.of(61_000));
    assertThat(history.shorterMillis(ONE_DAY, 62_000)).isEmpty();
    assertThat(history.shorterMillis(MINUTE, 1_000)).isEmpty();
  }

  @Test
  void whatWasWrittenAgainSince_isForgotten() {
    RetainHistory history = new RetainHistory();
    history.use(ONE_DAY, 1_000);
    history.use(MINUTE, 5_000);
    history.forgetBefore(2_000);
    assertThat(history.longestMillis(MINUTE, 6_000)).isEqualTo(61_000);
  }
}
