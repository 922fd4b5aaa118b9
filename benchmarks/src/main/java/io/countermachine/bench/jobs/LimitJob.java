package io.countermachine.bench.jobs;

import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.BatchWrites;
import io.countermachine.item.CounterTable;
import io.countermachine.item.EncodedBodyInterceptor;
import io.countermachine.item.ItemJson;
import io.countermachine.job.counting.Contribution;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.EventDecoder;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Occurrence;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;

/**
 * The upper limit of the hardware: one thread per core polls its partitions, decodes with the job's
 * decoder, adds to a hash map that all threads share, and writes changes at each flush. It has no
 * checkpoints, no shuffle and no recovery.
 */
public final class LimitJob {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int ITEMS_PER_CALL = 25;
  private static final int CALLS_IN_FLIGHT = 8;

  private final ContenderSetup setup;
  private final int threads = Runtime.getRuntime().availableProcessors();
  private final List<Group> groups;
  private final Contribution[][] contributions;
  private final List<Map<String, Entry>> entries = new ArrayList<>();

  /** By thread. Each key is written by one thread, so that its newest write is the last. */
  private final List<Queue<Entry>> changed = new ArrayList<>();

  private static final class Entry {
    private final String key;
    private final Group group;
    private final Counters counters;
    private boolean changed;

    private Entry(String key, Group group) {
      this.key = key;
      this.group = group;
      counters = new Counters(group.schema());
    }
  }

  private LimitJob(ContenderSetup setup) {
    this.setup = setup;
    groups = setup.catalog().groups();
    contributions = Contribution.byType(setup.catalog());
    groups.forEach(group -> entries.add(new ConcurrentHashMap<>()));
    IntStream.range(0, threads).forEach(own -> changed.add(new ConcurrentLinkedQueue<>()));
  }

  public static void main(String[] arguments) {
    LimitJob job = new LimitJob(ContenderSetup.of(arguments));
    for (int i = 0; i < job.threads; i++) {
      int own = i;
      Thread thread = new Thread(() -> job.run(own), "limit-" + i);
      thread.setUncaughtExceptionHandler(
          (failed, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
          });
      thread.start();
    }
  }

  private void run(int own) {
    EventDecoder decoder = new EventDecoder(setup.catalog());
    long flushNanos = setup.options().flushInterval().toNanos();
    try (DynamoDbAsyncClient client =
            DynamoDbAsyncClient.builder()
                .endpointOverride(setup.endpoint())
                .region(Region.US_EAST_1)
                .overrideConfiguration(
                    call -> call.addExecutionInterceptor(new EncodedBodyInterceptor()))
                .build();
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                setup.kafkaProperties(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      Writer writer = new Writer(client);
      EventOperands operands = new EventOperands();
      Occurrence occurrence = new Occurrence();
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = own; i < consumer.partitionsFor(setup.topic()).size(); i += threads) {
        partitions.add(new TopicPartition(setup.topic(), i));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long nextFlush = System.nanoTime() + flushNanos;
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Event event =
              decoder.decode(record.value(), record.timestamp(), System.currentTimeMillis());
          if (event != null) {
            add(event, operands, occurrence);
          }
        }
        if (System.nanoTime() >= nextFlush) {
          nextFlush = System.nanoTime() + flushNanos;
          flush(changed.get(own), writer);
        }
      }
    }
  }

  private void add(Event event, EventOperands operands, Occurrence occurrence) {
    for (Contribution contribution : contributions[event.type()]) {
      String key = event.keys()[contribution.group()];
      if (key == null || !contribution.prepare(event, 1, operands, occurrence)) {
        continue;
      }
      add(contribution, key, occurrence);
      if (event.moreKeys() != null && event.moreKeys()[contribution.group()] != null) {
        for (String further : event.moreKeys()[contribution.group()]) {
          add(contribution, further, occurrence);
        }
      }
    }
  }

  private void add(Contribution contribution, String key, Occurrence occurrence) {
    Map<String, Entry> ofGroup = entries.get(contribution.group());
    Entry entry = ofGroup.get(key);
    if (entry == null) {
      entry =
          ofGroup.computeIfAbsent(
              key, absent -> new Entry(absent, groups.get(contribution.group())));
    }
    boolean first;
    synchronized (entry) {
      contribution.addTo(entry.counters, occurrence);
      first = !entry.changed;
      entry.changed = true;
    }
    if (first) {
      changed.get(Math.floorMod(key.hashCode(), threads)).add(entry);
    }
  }

  private static void flush(Queue<Entry> queue, Writer writer) {
    // Changes that arrive meanwhile wait for the next flush. A key may then occur again.
    for (int due = queue.size(); due > 0; due--) {
      Entry entry = queue.remove();
      byte[] item;
      synchronized (entry) {
        entry.changed = false;
        item =
            writer.items.encode(
                entry.key,
                ItemValues.of(entry.group.itemSchema(), entry.counters),
                OptionalLong.empty());
      }
      writer.put(item);
    }
    writer.finish();
  }

  /** Writes items in full batches, several concurrently, with the job's own code. */
  private static final class Writer {
    private final DynamoDbAsyncClient client;
    private final BatchWrites requests = new BatchWrites(CounterTable.DEFAULT_NAME);
    private final ItemJson items = new ItemJson(ItemFormat.READABLE);
    private final Deque<CompletableFuture<BatchWriteItemResponse>> calls = new ArrayDeque<>();
    private final List<byte[]> batch = new ArrayList<>();

    private Writer(DynamoDbAsyncClient client) {
      this.client = client;
    }

    private void put(byte[] item) {
      batch.add(item);
      if (batch.size() == ITEMS_PER_CALL) {
        send();
      }
    }

    private void send() {
      if (calls.size() == CALLS_IN_FLIGHT) {
        awaitOldest();
      }
      calls.add(client.batchWriteItem(requests.puts(batch)));
      batch.clear();
    }

    private void finish() {
      if (!batch.isEmpty()) {
        send();
      }
      while (!calls.isEmpty()) {
        awaitOldest();
      }
    }

    private void awaitOldest() {
      if (!calls.remove().join().unprocessedItems().isEmpty()) {
        throw new IllegalStateException("the store left items unprocessed");
      }
    }
  }
}
