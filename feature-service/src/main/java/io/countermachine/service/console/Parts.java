package io.countermachine.service.console;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The state of all parts; looked at anew at most once a second, however many pages ask. Each part
 * has a thread of its own, so that one that hangs holds up neither the others nor, for longer than
 * the limit, whoever asks.
 */
final class Parts implements AutoCloseable {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Watched> parts;
  private final Duration limit;
  private final LongSupplier nanoTime;
  private final ExecutorService threads;
  private List<CompletableFuture<PartStatus>> newest;
  private long newestNanos;

  /**
   * Parts that are shown in the order of their probes.
   *
   * @param limit a part that has not answered by then is down
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  Parts(List<Probe> probes, Duration limit, LongSupplier nanoTime) {
    this.parts = probes.stream().map(Watched::new).toList();
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.threads =
        Executors.newFixedThreadPool(
            probes.size(),
            task -> {
              Thread thread = new Thread(task, "console-probe");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** One part, and the look at it that is under way. */
  private final class Watched {
    private final Probe probe;
    private final OutageLog log;
    private CompletableFuture<PartStatus> look = CompletableFuture.completedFuture(null);

    Watched(Probe probe) {
      this.probe = probe;
      this.log = new OutageLog(probe.name());
    }

    /** A part that still has not answered is not asked again. */
    CompletableFuture<PartStatus> look() {
      if (look.isDone()) {
        look =
            CompletableFuture.<Void>completedFuture(null)
                .thenComposeAsync(nothing -> probe.look(), threads)
                .handle(this::judge);
      }
      return look.copy()
          .completeOnTimeout(
              PartStatus.down(probe.name(), "it does not answer in time"),
              limit.toNanos(),
              TimeUnit.NANOSECONDS);
    }

    private PartStatus judge(PartStatus status, Throwable thrown) {
      if (thrown != null) {
        log.failed(thrown);
        return PartStatus.down(probe.name(), probe.reason(thrown));
      }
      log.works();
      return status;
    }
  }

  List<PartStatus> look() {
    return round().stream().map(CompletableFuture::join).toList();
  }

  private synchronized List<CompletableFuture<PartStatus>> round() {
    long now = nanoTime.getAsLong();
    if (newest == null || now - newestNanos >= FRESH_NANOS) {
      newest = parts.stream().map(Watched::look).toList();
      newestNanos = now;
    }
    return newest;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
