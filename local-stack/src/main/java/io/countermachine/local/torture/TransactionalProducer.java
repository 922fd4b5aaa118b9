package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.local.process.Await;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.process.TopicOffsets;
import io.countermachine.local.torture.EventGenerator.Draft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends a few events at a time in a transaction, and aborts every other one. Half of the aborted
 * events are sent again in the next transaction, as a producer would do. The rest must not be
 * counted. Each aborted transaction also contains events of its own keys, which must not appear.
 */
final class TransactionalProducer implements AutoCloseable {
  private static final int EVENTS = 6;
  private static final String ID = "torture";

  /** Longer than the broker is ever down, so that the broker aborts no transaction by itself. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** After this time, the broker aborts the open transaction of a dead producer. */
  private static final Duration TIMEOUT_OF_THE_DEAD = Duration.ofSeconds(5);

  private final String bootstrapServers;
  private final Supplier<Draft> events;
  private final Function<Draft, ProducerRecord<byte[], byte[]>> records;
  private final Producer<byte[], byte[]> producer;
  private final Thread thread = new Thread(this::run, "transactions");
  private final AtomicLong committed = new AtomicLong();
  private final AtomicLong aborted = new AtomicLong();
  private List<Draft> again = List.of();
  private int transactions;
  private int deaths;
  private boolean paused;
  private volatile boolean closed;
  private volatile RuntimeException failure;

  /**
   * @param events returns the next event to send
   * @param records turns an event into a record
   */
  TransactionalProducer(
      String bootstrapServers,
      Supplier<Draft> events,
      Function<Draft, ProducerRecord<byte[], byte[]>> records) {
    this.bootstrapServers = bootstrapServers;
    this.events = events;
    this.records = records;
    this.producer = producer(ID, TIMEOUT);
    thread.setDaemon(true);
  }

  private Producer<byte[], byte[]> producer(String id, Duration timeout) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "transactional.id",
            id,
            "transaction.timeout.ms",
            Long.toString(timeout.toMillis()),
            "max.block.ms",
            "60000"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      untilAnswered(producer::initTransactions);
      while (!closed) {
        sendUnlessPaused();
        Await.pause();
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Holds the lock for a whole transaction, so that none is open during a pause. */
  private synchronized void sendUnlessPaused() {
    if (paused) {
      return;
    }
    List<Draft> drafts = new ArrayList<>(again);
    while (drafts.size() < EVENTS) {
      drafts.add(events.get());
    }
    boolean abort = transactions++ % 2 == 0;
    again = abort ? List.copyOf(drafts.subList(0, EVENTS / 2)) : List.of();
    if (abort) {
      drafts.add(neverHappened());
    }
    sendAll(producer, drafts);
    if (abort) {
      producer.flush();
    }
    untilAnswered(abort ? producer::abortTransaction : producer::commitTransaction);
    (abort ? aborted : committed).addAndGet(drafts.size());
  }

  /** If one of the records fails, ending the transaction fails, too. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private void sendAll(Producer<byte[], byte[]> transactional, List<Draft> drafts) {
    transactional.beginTransaction();
    drafts.forEach(draft -> transactional.send(records.apply(draft)));
  }

  private Draft neverHappened() {
    long now = System.currentTimeMillis();
    String event =
        "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"aborted%d\"}"
            .formatted(now / 1_000, aborted.get());
    return new Draft(event.getBytes(UTF_8), now);
  }

  /** Repeats a call that timed out, which Kafka's producer permits. */
  private void untilAnswered(Runnable call) {
    while (true) {
      try {
        call.run();
        return;
      } catch (TimeoutException e) {
        if (closed) {
          throw e;
        }
      }
    }
  }

  /** Sends the next events like a producer that dies before the end of its transaction. */
  void leaveOpen(int count) {
    List<Draft> drafts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drafts.add(i % 2 == 0 ? neverHappened() : events.get());
    }
    Producer<byte[], byte[]> dying = producer(ID + "-dying-" + deaths++, TIMEOUT_OF_THE_DEAD);
    dying.initTransactions();
    sendAll(dying, drafts);
    dying.flush();
    aborted.addAndGet(count);
    // A timeout of zero closes the producer without ending the transaction.
    dying.close(Duration.ZERO);
  }

  /** Ends the open transaction, and begins no other. */
  void pause() {
    synchronized (this) {
      if (failure != null) {
        throw new IllegalStateException("the transactions have ended", failure);
      }
      paused = true;
    }
    // The broker confirms the end of a transaction before readers can read it.
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Timeouts.await(
          "the end of all transactions",
          () ->
              ends(admin, IsolationLevel.READ_COMMITTED)
                  .equals(ends(admin, IsolationLevel.READ_UNCOMMITTED)));
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel isolation) {
    return TopicOffsets.of(admin, TortureStack.TOPICS, OffsetSpec.latest(), isolation);
  }

  synchronized void resume() {
    paused = false;
  }

  /** The number of events in committed transactions. */
  long committed() {
    return committed.get();
  }

  /** The number of events in aborted transactions. */
  long aborted() {
    return aborted.get();
  }

  @Override
  public void close() {
    closed = true;
    producer.close(Duration.ZERO);
  }
}
