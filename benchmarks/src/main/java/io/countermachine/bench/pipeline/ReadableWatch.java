package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.DelayProbe.Sent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Polls a service for the events of a probe that it has not returned yet, and records the delay of
 * each measured one.
 */
final class ReadableWatch implements AutoCloseable {
  private static final int PAUSE_MILLIS = 20;

  /**
   * Polls at most this many events at once. A service that is behind therefore costs no more:
   * missing events take turns.
   */
  private static final int MOST_AT_ONCE = 50;

  private final LikesClient service;
  private final DelayProbe probe;
  private final Histogram delays = new Histogram(3);
  private final MissingEvents missing = new MissingEvents();
  private final Thread thread = new Thread(this::run, "readable-watch");
  private volatile boolean open = true;
  private volatile Throwable failure;

  private ReadableWatch(LikesClient service, DelayProbe probe) {
    this.service = service;
    this.probe = probe;
    thread.setUncaughtExceptionHandler((failed, cause) -> failure = cause);
  }

  /** Starts to poll a service for the events of a probe. */
  static ReadableWatch start(LikesClient service, DelayProbe probe) {
    ReadableWatch watch = new ReadableWatch(service, probe);
    watch.thread.start();
    return watch;
  }

  private void run() {
    int taken = 0;
    while (open) {
      boolean last = !probe.isSending();
      taken += takeFrom(taken);
      if (!missing.isEmpty()) {
        ask();
      } else if (last) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    }
  }

  private int takeFrom(int alreadyTaken) {
    List<Sent> news = probe.sent().stream().skip(alreadyTaken).toList();
    missing.add(news);
    return news.size();
  }

  private void ask() {
    long askedNanos = System.nanoTime();
    List<Sent> asked = missing.next(MOST_AT_ONCE, askedNanos);
    double[] likes = service.likes(asked.stream().map(Sent::user).toList());
    long now = System.currentTimeMillis();
    for (int i = 0; i < likes.length; i++) {
      Sent sent = asked.get(i);
      if (likes[i] == 0) {
        missing.addAgain(sent, askedNanos);
      } else if (sent.isMeasured()) {
        delays.recordValue(Math.max(0, now - sent.dueMillis()));
      }
    }
  }

  /** Returns true if all events of the probe were returned, or if polling has failed. */
  boolean isDone() {
    return !thread.isAlive();
  }

  /**
   * The results, once everything is done.
   *
   * @param delays in milliseconds, from when each event was due
   * @param resolutionMillis the maximum error of a delay, apart from the response time: the longest
   *     time in which any event was not polled
   */
  record Found(Histogram delays, double resolutionMillis) {}

  /**
   * The results.
   *
   * @throws IllegalStateException if polling failed, or if not all events were returned yet
   */
  Found found() {
    if (failure != null) {
      throw new IllegalStateException("the delay could not be measured: " + failure, failure);
    }
    if (!isDone()) {
      throw new IllegalStateException("the last events were not readable in time");
    }
    return new Found(delays, missing.longestNanos() / 1e6);
  }

  @Override
  public void close() {
    open = false;
  }
}
