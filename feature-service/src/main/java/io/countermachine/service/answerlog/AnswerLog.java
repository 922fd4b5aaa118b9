package io.countermachine.service.answerlog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Writes a sampled share of responses to a topic. A request hands its response over and continues.
 * The log's own thread builds and sends the records. A response that finds no room in the buffer,
 * or is not sent in time, is dropped and counted.
 */
@Component
public final class AnswerLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerLog.class);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final long TAKE_MILLIS = 200;
  private static final long TELL_NANOS = Duration.ofMinutes(1).toNanos();

  private final AnswerLogProperties properties;
  private final AnswerSample sample;
  private final BlockingQueue<Answer> queue = new LinkedBlockingQueue<>();
  private final AtomicLong waitingValues = new AtomicLong();
  private final AnswerRecords records = new AnswerRecords();
  private final Counter logged;
  private final Counter overflowed;
  private final Counter failed;
  private final Thread thread;
  private volatile boolean closed;
  private KafkaProducer<byte[], byte[]> producer;
  private volatile long toldNanos = System.nanoTime() - TELL_NANOS;

  private record Answer(String requestId, FeatureValues values, long size) {}

  AnswerLog(AnswerLogProperties properties, MeterRegistry registry) {
    this.properties = properties;
    this.sample = new AnswerSample(properties.share());
    logged = counter(registry, "logged");
    overflowed = counter(registry, "overflow");
    failed = counter(registry, "failed");
    Gauge.builder("countermachine.answer.log.waiting", waitingValues, AtomicLong::get)
        .description("values of sampled responses that wait to be sent")
        .register(registry);
    thread = new Thread(this::run, "answer-log");
    thread.setDaemon(true);
    if (properties.share() > 0) {
      thread.start();
    }
  }

  /** A log that writes nothing. */
  public static AnswerLog none(MeterRegistry registry) {
    return new AnswerLog(new AnswerLogProperties(0, "", "", 1, Map.of()), registry);
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("countermachine.answer.log")
        .description("sampled responses, by whether they reached the topic")
        .tag("outcome", outcome)
        .register(registry);
  }

  /** Takes a response that was sent, if its request is in the sample. Never waits. */
  public void offer(String requestId, FeatureValues answer) {
    if (!sample.has(requestId)) {
      return;
    }
    FeatureRequest request = answer.request();
    long size = (long) request.results() * request.plan().size();
    if (waitingValues.addAndGet(size) > properties.bufferValues()) {
      waitingValues.addAndGet(-size);
      overflowed.increment();
      return;
    }
    queue.add(new Answer(requestId, answer, size));
  }

  private void run() {
    while (!closed || !queue.isEmpty()) {
      try {
        Answer answer = queue.poll(TAKE_MILLIS, TimeUnit.MILLISECONDS);
        if (answer != null) {
          send(answer);
          waitingValues.addAndGet(-answer.size());
        }
      } catch (InterruptedException e) {
        // The log was closed, and sending the rest took too long.
        LOG.debug("the log of answers was interrupted", e);
        break;
      }
    }
    overflowed.increment(queue.size());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback receives the result.
  private void send(Answer answer) {
    Delivery delivery = new Delivery(AnswerRecords.count(answer.values()));
    byte[] key = answer.requestId().getBytes(US_ASCII);
    try {
      KafkaProducer<byte[], byte[]> open = producer();
      records.write(
          answer.requestId(),
          answer.values(),
          value -> {
            // If an earlier record failed, the response already counts as dropped.
            if (!delivery.hasFailed) {
              open.send(new ProducerRecord<>(properties.topic(), key, value), delivery);
            }
          });
    } catch (KafkaException | IllegalArgumentException e) {
      delivery.fail(e);
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer =
          new KafkaProducer<>(
              properties.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  /** Counts a response once all of its records are written, or once the first one fails. */
  private final class Delivery implements Callback {
    private final AtomicInteger left;
    private volatile boolean hasFailed;

    Delivery(int records) {
      left = new AtomicInteger(records);
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception failure) {
      if (failure != null) {
        fail(failure);
      } else if (left.decrementAndGet() == 0) {
        logged.increment();
      }
    }

    synchronized void fail(Exception failure) {
      if (hasFailed) {
        return;
      }
      hasFailed = true;
      failed.increment();
      long now = System.nanoTime();
      if (now - toldNanos >= TELL_NANOS) {
        toldNanos = now;
        LOG.warn(
            "could not log answers to topic {}; they are dropped and counted: {}",
            properties.topic(),
            failure.toString());
      }
    }
  }

  /** Sends what is in the buffer, for a few seconds at most. */
  @Override
  public void close() {
    closed = true;
    if (properties.share() == 0) {
      return;
    }
    try {
      thread.join(CLOSE.toMillis());
      thread.interrupt();
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (producer != null) {
      producer.close(CLOSE);
    }
  }
}
