package io.countermachine.local.torture;

import io.countermachine.local.EventSender;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends events at a steady rate, in turn to the partitions that get any. */
final class Feed implements AutoCloseable {
  private static final long TICK_NANOS = Duration.ofMillis(20).toNanos();

  private final EventSender sender;
  private final EventMix mix;
  private final double perTick;
  private final Thread thread = new Thread(this::run, "feed");
  private int partitions;
  private int firstPartition;
  private long sent;
  private double due;
  private boolean paused;
  private boolean closed;
  private RuntimeException failure;

  Feed(EventSender sender, EventMix mix, int eventsPerSecond, int partitions) {
    this.sender = sender;
    this.mix = mix;
    this.perTick = eventsPerSecond * (double) TICK_NANOS / TimeUnit.SECONDS.toNanos(1);
    this.partitions = partitions;
    thread.setDaemon(true);
  }

  Feed start() {
    thread.start();
    return this;
  }

  private void run() {
    long next = System.nanoTime();
    while (tick()) {
      next += TICK_NANOS;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private synchronized boolean tick() {
    if (closed) {
      return false;
    }
    if (paused) {
      return true;
    }
    try {
      for (due += perTick; due >= 1; due--) {
        send(mix.next(System.currentTimeMillis()));
      }
      return true;
    } catch (RuntimeException e) {
      failure = e;
      return false;
    }
  }

  /** From now on this part of the events is one user's. */
  void hotShare(double share) {
    mix.hotShare(share);
  }

  /** Sends an event besides those of the mix. */
  synchronized void send(byte[] event) {
    int open = partitions - firstPartition;
    sender.send(event, firstPartition + (int) (sent++ % open));
  }

  /** Sends an event to every partition, whether it gets others or not. */
  synchronized void sendToAll(byte[] event) {
    for (int partition = 0; partition < partitions; partition++) {
      sender.send(event, partition);
      sent++;
    }
    flush();
  }

  /** Waits until all that was sent is in the topic. */
  synchronized void flush() {
    if (failure != null) {
      throw new IllegalStateException("the feed has ended", failure);
    }
    sender.flush();
  }

  /** From now on the first partitions get nothing but what goes to all. */
  synchronized void leaveIdle(int firstPartitions) {
    firstPartition = firstPartitions;
  }

  /** From now on so many partitions are sent to. */
  synchronized void usePartitions(int count) {
    partitions = count;
  }

  synchronized int partitions() {
    return partitions;
  }

  /** Stops sending, and waits until all that was sent is in the topic. */
  synchronized void pause() {
    paused = true;
    flush();
  }

  synchronized void resume() {
    paused = false;
  }

  /** How many events were sent. */
  synchronized long sent() {
    return sent;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    sender.close();
  }
}
