package io.countermachine.console;

import java.util.List;
import java.util.OptionalLong;

/** How far the job's source has read the topic, according to the job's metrics. */
final class SourceProgress {
  static final String CURRENT_OFFSET =
      "flink_taskmanager_job_task_operator_KafkaSourceReader_topic_partition_currentOffset";

  private final ConsoleProperties properties;
  private final JobMetrics metrics;

  SourceProgress(ConsoleProperties properties, JobMetrics metrics) {
    this.properties = properties;
    this.metrics = metrics;
  }

  boolean isKnown() {
    return metrics.areKnown();
  }

  /**
   * The offset of the last record that the job has read from a partition; empty before the first
   * one.
   *
   * @throws java.util.concurrent.CompletionException if the metrics cannot be read
   */
  OptionalLong currentOffset(int partition) {
    return offset(metrics.samples(CURRENT_OFFSET).join(), properties.topic(), partition);
  }

  static OptionalLong offset(List<PrometheusText.Sample> samples, String topic, int partition) {
    return samples.stream()
        .filter(sample -> topic.equals(sample.labels().get("topic")))
        .filter(sample -> Integer.toString(partition).equals(sample.labels().get("partition")))
        .mapToLong(sample -> (long) sample.value())
        .filter(offset -> offset >= 0)
        .max();
  }
}
