package io.countermachine.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class IdentifiedSplitSerializerTest {
  /**
   * Version 1000: cluster "c", topic "t", then the connector's version 0 of events-3 at offset 42.
   */
  private static final String KEPT =
      "000163"
          + "000174"
          + "00000000"
          + "0000001c"
          + "00066576656e7473"
          + "00000003"
          + "000000000000002a"
          + "8000000000000000";

  private final KafkaPartitionSplit split =
      new KafkaPartitionSplit(new TopicPartition("events", 3), 42);
  private final IdentifiedSplitSerializer serializer =
      new IdentifiedSplitSerializer(new KafkaPartitionSplitSerializer());

  @Test
  void writtenForm_isTheKeptOne_andIsRead() throws IOException {
    IdentifiedSplit identified = new IdentifiedSplit(split, new TopicIdentity("c", "t"));
    assertThat(HexFormat.of().formatHex(serializer.serialize(identified))).isEqualTo(KEPT);
    assertThat(serializer.deserialize(1000, HexFormat.of().parseHex(KEPT))).isEqualTo(identified);
  }

  @Test
  void connectorsOwnForm_isRead_asOfEarlierReleases() throws IOException {
    KafkaPartitionSplitSerializer connector = new KafkaPartitionSplitSerializer();
    assertThat(serializer.deserialize(connector.getVersion(), connector.serialize(split)))
        .isEqualTo(new IdentifiedSplit(split, TopicIdentity.UNKNOWN));
  }

  @Test
  void laterForm_isRefused() {
    assertThatThrownBy(() -> serializer.deserialize(1001, new byte[0]))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("form 1001")
        .hasMessageContaining("up to 1000");
  }
}
