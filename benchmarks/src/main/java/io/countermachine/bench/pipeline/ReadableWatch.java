package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.DelayProbe.Sent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Asks a service again and again for a probe's events that it has not returned yet, and notes how
 * long each took that is measured.
 */
final class ReadableWatch implements AutoCloseable {
  private static final int PAUSE_MILLIS = 20;

  /** One that is behind costs no more for it: it is asked for what is missing in turn. */
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

  /** Begins to ask a service for what a probe sends. */
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

  /** Whether all that the probe sent was returned, or asking failed. */
  boolean isDone() {
    return !thread.isAlive();
  }

  /**
   * What was found, once all is done.
   *
   * @param delays in milliseconds, from when each was due
   * @param resolutionMillis what each of them is too long by at most, besides the answer's own
   *     time: the longest that any was not asked for
   */
  record Found(Histogram delays, double resolutionMillis) {}

  /**
   * What is measured.
   *
   * @throws IllegalStateException where asking failed, or not all was returned yet
   */
  Found found() {
    if (failure != null) {
      throw new IllegalStateException("the delay could not be measured: " + failure, failure);
    }
    if (!isDone()) {
      throw new IllegalStateException("what was sent last was not readable in time");
    }
    return new Found(delays, missing.longestNanos() / 1e6);
  }

  @Override
  public void close() {
    open = false;
  }
}
