package io.countermachine.local;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until all events are counted and written; goes on as long as it takes, and tells how far it
 * is.
 */
final class Settlement {
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private final LocalBroker broker;
  private final FlinkRest flink;
  private final long maxStaleMillis;
  private final Runnable check;
  private final Consumer<String> progress;

  Settlement(
      LocalBroker broker, URI flink, Duration maxStale, Runnable check, Consumer<String> progress) {
    this.broker = broker;
    this.flink = new FlinkRest(flink);
    this.maxStaleMillis = maxStale.toMillis();
    this.check = check;
    this.progress = progress;
  }

  long await() {
    try (Admin admin = broker.admin()) {
      long end = endOf(admin, LocalStack.TOPIC, LocalStack.PARTITIONS);
      awaitCounted(admin, end);
      // From here each changed key is written within a flush interval, or as late as its group
      // allows; one flush interval more leaves room for a late timer.
      long counted = System.currentTimeMillis();
      long written = counted + maxStaleMillis + 2 * LocalStack.FLUSH_MILLIS;
      progress.accept("all %d events are counted, waiting for the last writes …".formatted(end));
      while (flink.newestCheckpointMillis() < written) {
        check.run();
        Await.pause();
      }
      return endOf(admin, LocalStack.DEAD_LETTER_TOPIC, 1);
    }
  }

  private void awaitCounted(Admin admin, long end) {
    long lastTold = System.nanoTime();
    long counted = committed(admin);
    while (counted < end) {
      check.run();
      if (System.nanoTime() - lastTold > PROGRESS_NANOS) {
        progress.accept("counted %d of %d events …".formatted(counted, end));
        lastTold = System.nanoTime();
      }
      Await.pause();
      counted = committed(admin);
    }
  }

  private static long committed(Admin admin) {
    return ask(
            () ->
                admin
                    .listConsumerGroupOffsets(LocalStack.GROUP_ID)
                    .partitionsToOffsetAndMetadata()
                    .get())
        .values()
        .stream()
        .filter(offset -> offset != null)
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  private static long endOf(Admin admin, String topic, int partitions) {
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return ask(() -> admin.listOffsets(latest).all().get()).values().stream()
        .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
        .sum();
  }

  private interface Question<T> {
    T ask() throws ExecutionException, InterruptedException;
  }

  private static <T> T ask(Question<T> question) {
    try {
      return question.ask();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the broker did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the broker", e);
    }
  }
}
