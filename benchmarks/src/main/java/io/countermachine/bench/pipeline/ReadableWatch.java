package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.DelayProbe.Sent;
import io.countermachine.local.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Asks a service again and again for a probe's events that it has not returned yet, and notes how
 * long each took that is measured.
 */
final class ReadableWatch implements AutoCloseable {
  /** What the delays are too long by at most, besides the answer's own time. */
  static final int RESOLUTION_MILLIS = 20;

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
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RESOLUTION_MILLIS));
    }
  }

  private int takeFrom(int alreadyTaken) {
    List<Sent> news = probe.sent().stream().skip(alreadyTaken).toList();
    missing.add(news);
    return news.size();
  }

  private void ask() {
    List<Sent> asked = missing.next(MOST_AT_ONCE);
    double[] likes = service.likes(asked.stream().map(Sent::user).toList());
    long now = System.currentTimeMillis();
    for (int i = 0; i < likes.length; i++) {
      Sent sent = asked.get(i);
      if (likes[i] == 0) {
        missing.add(List.of(sent));
      } else if (sent.isMeasured()) {
        delays.recordValue(Math.max(0, now - sent.epochMillis()));
      }
    }
  }

  /**
   * Waits until all that the probe sent was returned, and gives the delays, in milliseconds, of
   * what is measured.
   */
  Histogram finish(Duration limit) {
    Await.until("what was sent last to be readable", limit, () -> !thread.isAlive());
    if (failure != null) {
      throw new IllegalStateException("the delay could not be measured: " + failure, failure);
    }
    return delays;
  }

  @Override
  public void close() {
    open = false;
  }
}
