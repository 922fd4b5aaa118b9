package io.countermachine.training.replay;

import io.countermachine.job.ingest.EventsSource;
import io.countermachine.job.ingest.SourceRecord;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Kafka topic's committed records up to where it ends now; each came at its own timestamp.
 *
 * @param kafka the settings of the consumer, with {@code bootstrap.servers}
 * @param start where reading begins
 */
public record EventTopic(Properties kafka, String topic, OffsetsInitializer start)
    implements EventInput {
  @Override
  public DataStream<SourceRecord> records(StreamExecutionEnvironment env) {
    return env.fromSource(
        EventsSource.ofPast(kafka, topic, start), WatermarkStrategy.noWatermarks(), "topic");
  }
}
