package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.local.process.Topics;
import io.countermachine.local.torture.EventGenerator.Draft;
import io.countermachine.local.traffic.EventSender;
import io.countermachine.local.verification.TopicRecords;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends events at a steady rate to the active partitions in turn. A {@link TransactionalProducer}
 * sends some of them in transactions.
 */
final class EventFeed implements AutoCloseable {
  private static final long TICK_NANOS = Duration.ofMillis(20).toNanos();

  private final EventSender sender;
  private final EventGenerator events;
  private final TransactionalProducer transactions;
  private final double perTick;
  private final Thread thread = new Thread(this::run, "feed");
  private List<String> topics = List.of(Topics.EVENTS);
  private int partitions;
  private int firstPartition;
  private long turns;
  private long sent;
  private double due;
  private boolean paused;
  private boolean closed;
  private RuntimeException failure;

  EventFeed(String bootstrapServers, EventGenerator events, int eventsPerSecond, int partitions) {
    this.sender = new EventSender(bootstrapServers);
    this.transactions = new TransactionalProducer(bootstrapServers, this::draw, this::record);
    this.events = events;
    this.perTick = eventsPerSecond * (double) TICK_NANOS / TimeUnit.SECONDS.toNanos(1);
    this.partitions = partitions;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
    transactions.start();
  }

  private void run() {
    long next = System.nanoTime();
    while (tick()) {
      next += TICK_NANOS;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private synchronized boolean tick() {
    if (closed || paused) {
      return !closed;
    }
    try {
      for (due += perTick; due >= 1; due--) {
        send(draw());
      }
      return true;
    } catch (RuntimeException e) {
      failure = e;
      return false;
    }
  }

  /** From now on, this share of the events belongs to one user. */
  void hotShare(double share) {
    events.hotShare(share);
  }

  private synchronized Draft draw() {
    return events.next(System.currentTimeMillis());
  }

  /** A record for the next partition in turn. */
  private synchronized ProducerRecord<byte[], byte[]> record(Draft draft) {
    int open = partitions - firstPartition;
    int partition = firstPartition + (int) (turns % open);
    String topic = topics.get((int) (turns++ / open % topics.size()));
    return record(topic, partition, draft);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, int partition, Draft draft) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, draft.kafkaMillis(), null, draft.value());
    String now = Long.toString(System.currentTimeMillis());
    record.headers().add(TopicRecords.SENT_MILLIS, now.getBytes(UTF_8));
    return record;
  }

  /** Sends an additional event. */
  void send(byte[] event) {
    send(new Draft(event, System.currentTimeMillis()));
  }

  /** Sends an additional event with a record timestamp. */
  synchronized void send(Draft event) {
    sender.send(record(event));
    sent++;
  }

  /**
   * Sends an event to every partition, including idle ones.
   *
   * @return how often it was sent
   */
  synchronized int sendToAll(byte[] event) {
    topics.forEach(topic -> sendToAll(topic, event));
    return topics.size() * partitions;
  }

  /** Sends an event to every partition of any topic. */
  synchronized void sendToAll(String topic, byte[] event) {
    for (int partition = 0; partition < partitions; partition++) {
      sender.send(record(topic, partition, new Draft(event, System.currentTimeMillis())));
      sent++;
    }
    flush();
  }

  /** Sends the next events in a transaction that is never ended. */
  void dieInTransaction(int count) {
    transactions.leaveOpen(count);
  }

  /** Waits until everything that was sent is in the topic. */
  synchronized void flush() {
    if (failure != null) {
      throw new IllegalStateException("the feed has ended", failure);
    }
    sender.flush();
  }

  /** From now on, the first partitions get only events that go to all partitions. */
  synchronized void leaveIdle(int firstPartitions) {
    firstPartition = firstPartitions;
  }

  /** From now on, sends to this number of partitions. */
  synchronized void usePartitions(int count) {
    partitions = count;
  }

  synchronized int partitions() {
    return partitions;
  }

  /** From now on, sends to these topics. They must have the same number of partitions. */
  synchronized void useTopics(List<String> others) {
    topics = List.copyOf(others);
  }

  /** Stops sending, and waits until everything that was sent is in the topic and readable. */
  void pause() {
    pause(true);
    transactions.pause();
    flush();
  }

  void resume() {
    pause(false);
    transactions.resume();
  }

  private synchronized void pause(boolean pause) {
    paused = pause;
  }

  /** The number of sent events, without those of aborted transactions. */
  synchronized long sent() {
    return sent + transactions.committed();
  }

  /** The number of events in aborted transactions. */
  long aborted() {
    return transactions.aborted();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    transactions.close();
    sender.close();
  }
}
