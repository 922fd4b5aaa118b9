package io.countermachine.training.replay;

import io.countermachine.job.ingest.SourceRecord;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The source of a run's events. */
public interface EventInput {
  /** Adds the source of the records. */
  DataStream<SourceRecord> records(StreamExecutionEnvironment env);
}
