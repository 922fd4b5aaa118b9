package io.countermachine.bench.pipeline;

import io.countermachine.bench.events.EventStream;
import java.util.concurrent.CompletableFuture;

/**
 * Sends the events of a stream to a topic while a job reads it, at a steady rate, in its own
 * thread.
 */
final class EventFeed implements AutoCloseable {
  private static final int LINGER_MILLIS = 20;

  private final EventTopic topic;
  private final EventStream events;
  private final double perSecond;
  private final SteadyLoad load;
  private final CompletableFuture<Void> end;
  private volatile boolean closed;

  private EventFeed(EventTopic topic, EventStream events, double perSecond) {
    this.topic = topic;
    this.events = events;
    this.perSecond = perSecond;
    load = new SteadyLoad(perSecond, this::sendNext);
    end = CompletableFuture.runAsync(this::sendAll, task -> new Thread(task, "feed").start());
  }

  /**
   * Starts to send.
   *
   * @param topic an existing topic
   * @param events the parameters of the events
   */
  static EventFeed start(
      String bootstrapServers, String topic, EventStream.Shape events, double perSecond) {
    EventStream stream = new EventStream(events);
    return new EventFeed(new EventTopic(bootstrapServers, topic, LINGER_MILLIS), stream, perSecond);
  }

  private void sendAll() {
    load.sendAll(events.shape().events(), () -> closed);
    if (!closed) {
      topic.endWith(events.shape());
    }
  }

  private void sendNext() {
    events.advance();
    topic.send(events.json());
  }

  /**
   * Fails if sending has failed.
   *
   * @throws java.util.concurrent.CompletionException with the failure
   */
  void failIfFailed() {
    if (end.isCompletedExceptionally()) {
      end.join();
    }
  }

  /** Returns true if everything has been sent. */
  boolean isDone() {
    return end.isDone();
  }

  /** The backlog of a job that has read a number of records. */
  Backlog backlog(String when, long read) {
    return new Backlog(when, topic.sent() - read, perSecond);
  }

  /** Stops sending. {@link #failIfFailed} reports failures. */
  @Override
  public void close() {
    closed = true;
    end.handle((nothing, failure) -> failure).join();
    topic.close();
  }
}
