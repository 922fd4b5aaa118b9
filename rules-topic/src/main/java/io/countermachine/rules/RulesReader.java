package io.countermachine.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole rules topic in its own thread, and then every new record. It belongs to no
 * consumer group and commits nothing: each start reads from the beginning. It also starts from the
 * beginning after a failure, which is safe because applying a record twice changes nothing.
 */
public final class RulesReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RulesReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CALL = Duration.ofSeconds(15);
  private static final long PARTITIONS_MILLIS = 30_000;
  private static final long PAUSE_MILLIS = 1_000;

  private final Properties kafka;
  private final String topic;
  private final Consumer<ConsumerRecord<byte[], byte[]>> records;
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean reading;

  /**
   * Creates a reader. {@link #start} starts it.
   *
   * @param kafka the client's properties, with {@code bootstrap.servers}
   * @param records receives every record, in the reader's thread
   */
  public RulesReader(
      Properties kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> records) {
    this.kafka = new Properties();
    this.kafka.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.kafka.putAll(kafka);
    this.kafka.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.kafka.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.kafka.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    this.kafka.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    this.topic = topic;
    this.records = records;
    this.thread = new Thread(this::run, "rules-" + topic);
    this.thread.setDaemon(true);
  }

  /** Starts to read. */
  public void start() {
    thread.start();
  }

  /**
   * Completes when everything that was in the topic at the start has been read. If it cannot be
   * read, fails with an {@link IllegalStateException} that says why and what to do.
   */
  public CompletableFuture<Void> caughtUp() {
    return caughtUp;
  }

  /** Returns true while the topic is being read; false while the reader waits after a failure. */
  public boolean isReading() {
    return reading;
  }

  private void run() {
    while (!closed) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        read(consumer);
      } catch (WakeupException | InterruptException e) {
        // The reader was or will be closed. The loop's condition detects it.
        LOG.debug("reading topic {} was interrupted", topic, e);
      } catch (KafkaException | IllegalStateException e) {
        failed(e);
      }
    }
    caughtUp.cancel(false);
  }

  private void failed(RuntimeException e) {
    reading = false;
    boolean passes =
        !(e instanceof AuthenticationException
            || e instanceof AuthorizationException
            || e instanceof IllegalStateException
            || e.getCause() instanceof ConfigException
            || e instanceof ConfigException);
    if (!passes) {
      caughtUp.completeExceptionally(
          e instanceof IllegalStateException
              ? e
              : new IllegalStateException(
                  "the rules topic %s on %s cannot be read: %s"
                      .formatted(topic, servers(), e.getMessage()),
                  e));
    }
    LOG.warn("could not read the rules topic {}; retrying: {}", topic, e.toString());
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      // The reader was closed. The loop's condition detects it.
      LOG.debug("waiting for topic {} was interrupted", topic, interrupted);
    }
  }

  private Object servers() {
    return kafka.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions = partitions(consumer);
    if (partitions.isEmpty()) {
      throw new IllegalStateException(
          "the rules topic %s does not exist on %s; create it with cleanup.policy=compact"
              .formatted(topic, servers()));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions, CALL));
    long nextLook = System.nanoTime() + PARTITIONS_MILLIS * 1_000_000;
    while (!closed) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        records.accept(record);
      }
      if (!ends.isEmpty()) {
        ends.entrySet().removeIf(end -> consumer.position(end.getKey(), CALL) >= end.getValue());
        if (ends.isEmpty()) {
          reading = true;
          caughtUp.complete(null);
        }
      }
      if (System.nanoTime() - nextLook > 0) {
        nextLook = System.nanoTime() + PARTITIONS_MILLIS * 1_000_000;
        List<TopicPartition> now = partitions(consumer);
        if (now.size() > partitions.size()) {
          partitions = now;
          consumer.assign(partitions);
        }
      }
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    List<PartitionInfo> found = consumer.partitionsFor(topic, CALL);
    return found == null
        ? new ArrayList<>()
        : found.stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .collect(Collectors.toList());
  }

  /** Stops reading, and waits until the thread has closed the client. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CALL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
