package io.countermachine.training.replay;

import io.countermachine.job.ingest.EventsSource;
import io.countermachine.job.ingest.SourceRecord;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The committed records of a Kafka topic up to its current end. A record's arrival is its
 * timestamp.
 *
 * @param kafka the settings of the consumer, with {@code bootstrap.servers}
 * @param start where to start reading
 */
public record EventTopic(Properties kafka, String topic, OffsetsInitializer start)
    implements EventInput {
  @Override
  public DataStream<SourceRecord> records(StreamExecutionEnvironment env) {
    return env.fromSource(
        EventsSource.ofPast(kafka, topic, start), WatermarkStrategy.noWatermarks(), "topic");
  }
}
