package io.countermachine.job;

import io.countermachine.job.config.JobOptions;
import io.countermachine.job.output.DeadLetterLimits;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for the limits of the dead-letter topic, so that no letter is refused for its size. */
final class DeadLetterTopic {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterTopic.class);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private DeadLetterTopic() {}

  /**
   * The topic's limits. Kafka's defaults if the limits cannot be read, for example without the
   * permission to describe the topic's configuration.
   *
   * @throws IllegalStateException if the topic accepts only tiny records, or is compacted
   */
  static DeadLetterLimits limits(JobOptions options) {
    return limits(options, ANSWER);
  }

  static DeadLetterLimits limits(JobOptions options, Duration answer) {
    String limit = Long.toString(answer.toMillis());
    Properties properties = options.kafkaClientProperties();
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, limit);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, limit);
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, options.deadLetterTopic());
    try (Admin admin = Admin.create(properties)) {
      return read(
          options.deadLetterTopic(),
          admin
              .describeConfigs(List.of(topic))
              .all()
              .get(answer.toMillis(), TimeUnit.MILLISECONDS)
              .get(topic));
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      LOG.warn(
          "could not read the limits of topic {}; dead letters are cut at {} bytes, Kafka's"
              + " default, and if the topic takes less, one may restart the job again and again."
              + " The job needs the right to describe the topic's configuration: {}",
          options.deadLetterTopic(),
          DeadLetterLimits.DEFAULT.maxRecordBytes(),
          e.toString());
      return DeadLetterLimits.DEFAULT;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking for the topic's limits", e);
    }
  }

  @SuppressWarnings("deprecation") // The older name bounds timestamps at older brokers.
  static DeadLetterLimits read(String topic, Config config) {
    requireUncompacted(topic, config);
    long maxBytes =
        number(
            config,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            DeadLetterLimits.DEFAULT.maxRecordBytes());
    if (maxBytes < DeadLetterLimits.SMALLEST_RECORD_BYTES) {
      throw new IllegalStateException(
          "topic %s takes messages of at most %d bytes (max.message.bytes); dead letters need %d, better a little more than the events topic takes"
              .formatted(topic, maxBytes, DeadLetterLimits.SMALLEST_RECORD_BYTES));
    }
    long either =
        number(config, TopicConfig.MESSAGE_TIMESTAMP_DIFFERENCE_MAX_MS_CONFIG, Long.MAX_VALUE);
    ConfigEntry type = config.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    return new DeadLetterLimits(
        (int) maxBytes,
        type == null || !"LogAppendTime".equals(type.value()),
        Math.min(
            retention(config),
            Math.min(
                either,
                number(
                    config, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.MAX_VALUE))),
        Math.min(
            either,
            number(config, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.MAX_VALUE)));
  }

  /**
   * A compacted topic refuses records without a key, so one such record would restart the job for
   * ever.
   */
  private static void requireUncompacted(String topic, Config config) {
    ConfigEntry policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
    if (policy != null
        && policy.value() != null
        && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new IllegalStateException(
          ("topic %s is compacted (cleanup.policy=%s): it accepts no dead letter without a key,"
                  + " and keeps only the newest of each key; set its cleanup.policy to delete, or name another"
                  + " with --dead-letter-topic")
              .formatted(topic, policy.value()));
    }
  }

  /**
   * How far back a record's timestamp may be, in milliseconds. An older record would be removed as
   * soon as it is written.
   */
  private static long retention(Config config) {
    long millis = number(config, TopicConfig.RETENTION_MS_CONFIG, Long.MAX_VALUE);
    return millis < 0 ? Long.MAX_VALUE : millis;
  }

  private static long number(Config config, String name, long otherwise) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null ? otherwise : Long.parseLong(entry.value());
  }
}
