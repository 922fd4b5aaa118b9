package io.countermachine.service.console;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** How far the job's source has read the topic, from the job's metrics. */
final class SourceProgress {
  static final String CURRENT_OFFSET =
      "flink_taskmanager_job_task_operator_KafkaSourceReader_topic_partition_currentOffset";

  private final ConsoleProperties properties;
  private final WebReader reader;

  SourceProgress(ConsoleProperties properties, WebReader reader) {
    this.properties = properties;
    this.reader = reader;
  }

  boolean isKnown() {
    return !properties.jobMetricsUrl().isEmpty();
  }

  /**
   * The offset of the last record that the job took from a partition; nothing before its first.
   *
   * @throws java.util.concurrent.CompletionException where the metrics cannot be read
   */
  OptionalLong currentOffset(int partition) {
    // Only this metric is asked for; a server that knows no such filter gives all of them.
    List<CompletableFuture<HttpResponse<String>>> answers =
        properties.jobMetricsUrl().stream()
            .map(url -> reader.get(URI.create(url + "?name%5B%5D=" + CURRENT_OFFSET)))
            .toList();
    return answers.stream()
        .map(answer -> offset(answer.join().body(), properties.topic(), partition))
        .flatMapToLong(OptionalLong::stream)
        .max();
  }

  static OptionalLong offset(String metrics, String topic, int partition) {
    return PrometheusText.samples(metrics, CURRENT_OFFSET).stream()
        .filter(sample -> topic.equals(sample.labels().get("topic")))
        .filter(sample -> Integer.toString(partition).equals(sample.labels().get("partition")))
        .mapToLong(sample -> (long) sample.value())
        .filter(offset -> offset >= 0)
        .max();
  }
}
