package io.countermachine.bench.jobs;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CounterTable;
import io.countermachine.item.EncodedBodyInterceptor;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.EventDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * What the hardware gives: one thread per core that polls its partitions, decodes with the job's
 * decoder, adds into a hash map that all threads share, and writes what changed at each flush. No
 * checkpoints, no shuffle, no recovery.
 */
public final class LimitJob {
  private static final Duration POLL = Duration.ofMillis(50);

  private LimitJob() {}

  public static void main(String[] arguments) {
    JobArguments options = JobArguments.parse(arguments);
    Catalog catalog = CatalogLoader.load(options.catalog());
    ItemSinks.createTable(options);
    int threads = Runtime.getRuntime().availableProcessors();
    SharedCounters counters = new SharedCounters(catalog, threads);
    for (int i = 0; i < threads; i++) {
      int own = i;
      Thread thread = new Thread(() -> run(options, catalog, counters, own, threads), "limit-" + i);
      thread.setUncaughtExceptionHandler(
          (failed, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
          });
      thread.start();
    }
  }

  private static void run(
      JobArguments options, Catalog catalog, SharedCounters counters, int own, int threads) {
    EventDecoder decoder = new EventDecoder(catalog);
    long flushNanos = options.flushInterval().toNanos();
    try (DynamoDbAsyncClient client =
            DynamoDbAsyncClient.builder()
                .endpointOverride(options.endpoint())
                .region(Region.US_EAST_1)
                .overrideConfiguration(
                    call -> call.addExecutionInterceptor(new EncodedBodyInterceptor()))
                .build();
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                options.kafkaProperties(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      BatchWriter writer = new BatchWriter(client, CounterTable.DEFAULT_NAME);
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = own; i < consumer.partitionsFor(options.topic()).size(); i += threads) {
        partitions.add(new TopicPartition(options.topic(), i));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long nextFlush = System.nanoTime() + flushNanos;
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Event event =
              decoder.decode(record.value(), record.timestamp(), System.currentTimeMillis());
          if (event != null) {
            counters.add(event);
          }
        }
        if (System.nanoTime() >= nextFlush) {
          nextFlush = System.nanoTime() + flushNanos;
          counters.flush(own, writer);
        }
      }
    }
  }
}
