package io.countermachine.job;

import io.countermachine.job.config.JobOptions;
import io.countermachine.rules.RulesTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that the topics exist that the job reads and writes. Without this check, a missing
 * dead-letter topic goes unnoticed until the first dead letter, and the job then waits and restarts
 * again and again.
 */
final class Topics {
  private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  /** How long a broker may take to create a topic that a producer asks for. */
  private static final Duration CREATION = Duration.ofSeconds(5);

  private final JobOptions options;
  private final Optional<String> rulesTopic;
  private final List<String> emittedTopics;
  private final Duration answer;

  private Topics(
      JobOptions options,
      Optional<String> rulesTopic,
      List<String> emittedTopics,
      Duration answer) {
    this.options = options;
    this.rulesTopic = rulesTopic;
    this.emittedTopics = emittedTopics;
    this.answer = answer;
  }

  /**
   * Fails if a topic is missing or not visible. If a broker does not answer, the check passes: the
   * broker may come back, and the job waits for it.
   *
   * @param rulesTopic the topic of the catalog's rules; empty if it has none
   * @param emittedTopics the topics that the catalog emits to; created if missing
   * @throws IllegalStateException naming the topic, and what to do
   */
  static void check(JobOptions options, Optional<String> rulesTopic, List<String> emittedTopics) {
    new Topics(options, rulesTopic, emittedTopics, ANSWER).check();
  }

  static void check(JobOptions options, Optional<String> rulesTopic, Duration answer) {
    new Topics(options, rulesTopic, List.of(), answer).check();
  }

  private void check() {
    rulesTopic
        .filter(
            topic -> options.topics().contains(topic) || topic.equals(options.deadLetterTopic()))
        .ifPresent(
            topic -> {
              throw new IllegalArgumentException(
                  "topic %s has the catalog's rules, and also events or dead letters; use a separate topic for the rules"
                      .formatted(topic));
            });
    for (String topic : emittedTopics) {
      if (options.topics().contains(topic)
          || topic.equals(options.deadLetterTopic())
          || rulesTopic.filter(topic::equals).isPresent()) {
        throw new IllegalArgumentException(
            "the catalog emits to topic %s, which also has events, dead letters or rules; name another with emit"
                .formatted(topic));
      }
    }
    String limit = Long.toString(answer.toMillis());
    Properties properties = options.kafkaClientProperties();
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, limit);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, limit);
    try (Admin admin = Admin.create(properties)) {
      List<String> all = new ArrayList<>(options.topics());
      all.add(options.deadLetterTopic());
      rulesTopic.ifPresent(all::add);
      all.addAll(emittedTopics);
      Map<String, KafkaFuture<TopicDescription>> found =
          admin.describeTopics(all).topicNameValues();
      for (String topic : options.topics()) {
        if (isMissing(found.get(topic))) {
          throw new IllegalStateException(
              "topic %s does not exist on %s; create it, or name another with --topic"
                  .formatted(topic, options.bootstrapServers()));
        }
      }
      if (rulesTopic.isPresent() && isMissing(found.get(rulesTopic.get()))) {
        create(admin, rulesTopic.get(), Optional.of(1), RulesTopic.settings());
      }
      for (String topic : emittedTopics) {
        if (isMissing(found.get(topic))) {
          create(admin, topic, Optional.empty(), Map.of());
        }
      }
      if (isMissing(found.get(options.deadLetterTopic())) && !isCreatedByBroker()) {
        throw new IllegalStateException(
            ("topic %s, for records that cannot be counted, does not exist on %s, and the broker does not"
                    + " create it by itself; create it, with a max.message.bytes a little above"
                    + " that of %s, or name another with --dead-letter-topic")
                .formatted(options.deadLetterTopic(), options.bootstrapServers(), eventsTopics()));
      }
    } catch (AuthenticationException | ConfigException e) {
      throw refused(e);
    } catch (KafkaException e) {
      // For example if the broker's host name cannot be resolved while the broker is down.
      unanswered(e);
    }
  }

  /** Creates a topic with the given settings. Brokers' defaults are not enough for every topic. */
  private void create(
      Admin admin, String topic, Optional<Integer> partitions, Map<String, String> settings) {
    NewTopic made = new NewTopic(topic, partitions, Optional.empty()).configs(settings);
    try {
      admin.createTopics(List.of(made)).all().get(answer.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("created the topic {}, which the catalog names", topic);
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return;
      }
      throw new IllegalStateException(
          "topic %s, which the catalog names, does not exist on %s, and could not be created (%s); create it%s"
              .formatted(
                  topic,
                  options.bootstrapServers(),
                  e.getCause() == null ? "no answer" : e.getCause().getMessage(),
                  settings.isEmpty() ? "" : " with the settings " + new TreeMap<>(settings)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while creating a topic", e);
    }
  }

  private boolean isMissing(KafkaFuture<TopicDescription> description) {
    try {
      description.get(answer.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return true;
      }
      if (e.getCause() instanceof TopicAuthorizationException) {
        throw new IllegalStateException(
            "no right to describe topics on %s: %s; the job reads %s and writes %s"
                .formatted(
                    options.bootstrapServers(),
                    e.getCause().getMessage(),
                    eventsTopics(),
                    options.deadLetterTopic()),
            e);
      }
      if (e.getCause() instanceof AuthenticationException) {
        throw refused(e.getCause());
      }
      unanswered(e.getCause());
    } catch (TimeoutException e) {
      unanswered(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking for the topics", e);
    }
    return false;
  }

  private IllegalStateException refused(Throwable cause) {
    return new IllegalStateException(
        "cannot ask %s for its topics: %s; see --kafka-property"
            .formatted(options.bootstrapServers(), cause.getMessage()),
        cause);
  }

  /** Asks for the topic as the sink will, so that brokers create it if they are configured to. */
  private boolean isCreatedByBroker() {
    Properties properties = options.kafkaClientProperties();
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(CREATION.toMillis()));
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      boolean created = !producer.partitionsFor(options.deadLetterTopic()).isEmpty();
      if (created) {
        LOG.warn(
            "the broker created the topic {} with its own defaults: a dead letter larger than its"
                + " max.message.bytes is cut",
            options.deadLetterTopic());
      }
      return created;
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      LOG.debug("topic {} was not created", options.deadLetterTopic(), e);
      return false;
    }
  }

  private String eventsTopics() {
    return String.join(", ", options.topics());
  }

  private void unanswered(Throwable why) {
    LOG.warn(
        "could not ask the brokers {} whether the topics exist; starting anyway: {}",
        options.bootstrapServers(),
        why.toString());
  }
}
