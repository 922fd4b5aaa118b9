package io.countermachine.training.replay;

import io.countermachine.job.ingest.EventsSource;
import io.countermachine.job.ingest.SourceRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;

/** A Kafka topic's committed records up to where it ends now; each came at its own timestamp. */
public final class EventTopic implements EventInput {
  private final Properties kafka;
  private final String topic;
  private final OffsetsInitializer start;

  private EventTopic(Properties kafka, String topic, OffsetsInitializer start) {
    this.kafka = kafka;
    this.topic = topic;
    this.start = start;
  }

  /**
   * All records of a topic.
   *
   * @param kafka the settings of the consumer, with {@code bootstrap.servers}
   */
  public static EventTopic all(Properties kafka, String topic) {
    return new EventTopic(kafka, topic, OffsetsInitializer.earliest());
  }

  /** The records from the first one with a timestamp of at least that, epoch milliseconds. */
  public static EventTopic since(Properties kafka, String topic, long millis) {
    return new EventTopic(kafka, topic, OffsetsInitializer.timestamp(millis));
  }

  /** The records from offsets on, by partition; of partitions that are not named all. */
  public static EventTopic from(Properties kafka, String topic, Map<Integer, Long> offsets) {
    return new EventTopic(kafka, topic, OffsetsInitializer.offsets(byPartition(topic, offsets)));
  }

  private static Map<TopicPartition, Long> byPartition(String topic, Map<Integer, Long> offsets) {
    Map<TopicPartition, Long> byPartition = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> byPartition.put(new TopicPartition(topic, partition), offset));
    return byPartition;
  }

  @Override
  public DataStream<SourceRecord> records(StreamExecutionEnvironment env) {
    return env.fromSource(
            EventsSource.ofPast(kafka, topic, start), WatermarkStrategy.noWatermarks(), "topic")
        .map(new Count())
        .returns(TypeInformation.of(SourceRecord.class))
        .name("read");
  }

  /** Counts what is read. */
  private static final class Count extends RichMapFunction<SourceRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;

    private final LongCounter read = new LongCounter();

    @Override
    public void open(OpenContext openContext) {
      getRuntimeContext().addAccumulator(ReadEvents.READ, read);
    }

    @Override
    public SourceRecord map(SourceRecord record) {
      read.add(1);
      return record;
    }
  }
}
