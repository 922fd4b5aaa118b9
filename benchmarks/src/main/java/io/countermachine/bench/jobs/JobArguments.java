package io.countermachine.bench.jobs;

import io.countermachine.job.config.JobOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/**
 * What the contenders are told, as the streaming job is.
 *
 * @param catalog a catalog's file
 * @param endpoint the store's
 * @param flushInterval the shortest time between two writes of one key
 * @param flinkProperties Flink's configuration
 */
record JobArguments(
    Path catalog,
    String bootstrapServers,
    String topic,
    URI endpoint,
    Duration flushInterval,
    Map<String, String> flinkProperties) {

  static JobArguments parse(String... arguments) {
    JobOptions options = JobOptions.parse(arguments);
    return new JobArguments(
        options.catalog().orElseThrow(() -> missing("--catalog")),
        options.bootstrapServers(),
        options.topics().get(0),
        options.dynamoDbEndpoint().orElseThrow(() -> missing("--dynamodb-endpoint")),
        options.flushInterval(),
        options.flinkProperties());
  }

  private static IllegalArgumentException missing(String option) {
    return new IllegalArgumentException(option + " is missing");
  }

  /** For every consumer. */
  Properties kafkaProperties() {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers);
    properties.setProperty("interceptor.classes", ReadMeter.class.getName());
    return properties;
  }
}
