package io.countermachine.bench.pipeline;

import io.countermachine.bench.events.EventStream;
import java.util.concurrent.CompletableFuture;

/**
 * Sends the events of a stream to a topic while a job reads it, at a steady rate, in a thread of
 * its own.
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
   * Begins to send.
   *
   * @param topic is there
   * @param events as a stream of its own will draw them
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
   * Fails where the sending failed.
   *
   * @throws java.util.concurrent.CompletionException with what happened
   */
  void failIfFailed() {
    if (end.isCompletedExceptionally()) {
      end.join();
    }
  }

  /** Whether all is sent. */
  boolean isDone() {
    return end.isDone();
  }

  /** How far a job is behind that has read so many. */
  Backlog backlog(String when, long read) {
    return new Backlog(when, topic.sent() - read, perSecond);
  }

  /** Sends no more. What failed is told by {@link #failIfFailed}. */
  @Override
  public void close() {
    closed = true;
    end.handle((nothing, failure) -> failure).join();
    topic.close();
  }
}
